/** What the rates page's address holds: a currency, and a survey. */

export const HORIZONS = ["annual", "12months", "monthly", "selic"] as const;
export type Horizon = (typeof HORIZONS)[number];

export interface RatesSearch {
  currency?: string;
  indicator?: string;
  horizon?: Horizon;
}

export function isHorizon(text: unknown): text is Horizon {
  return (HORIZONS as readonly unknown[]).includes(text);
}

/** Reads an address; what it does not understand is left out. */
export function ratesSearch(raw: Record<string, unknown>): RatesSearch {
  const found: RatesSearch = {};
  if (typeof raw.currency === "string" && /^[A-Za-z]{3}$/.test(raw.currency)) {
    found.currency = raw.currency.toUpperCase();
  }
  if (typeof raw.indicator === "string" && raw.indicator && raw.indicator.length <= 80) {
    found.indicator = raw.indicator;
  }
  if (isHorizon(raw.horizon)) found.horizon = raw.horizon;
  return found;
}
