/** What a ticker page's address holds: the adjustment, the range, who it is compared with. */

export const ADJUSTMENTS = ["raw", "split", "total"] as const;
export type Adjusted = (typeof ADJUSTMENTS)[number];

export interface TickerSearch {
  adjusted?: Adjusted;
  from?: string;
  until?: string;
  vs?: string[];
}

export const COMPARED = ["IBOV", "CDI"];
export const MOST_COMPARED = 5;

const day = (raw: unknown) =>
  typeof raw === "string" && /^\d{4}-\d{2}-\d{2}$/.test(raw) ? raw : undefined;

/** Reads an address; what it does not understand is left out. */
export function tickerSearch(raw: Record<string, unknown>): TickerSearch {
  const adjusted = ADJUSTMENTS.find((one) => one === raw.adjusted);
  const vs = Array.isArray(raw.vs)
    ? raw.vs.filter((one): one is string => typeof one === "string" && /^[A-Z0-9]{1,12}$/.test(one))
    : undefined;
  const found = {
    adjusted,
    from: day(raw.from),
    until: day(raw.until),
    vs: vs?.slice(0, MOST_COMPARED),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
