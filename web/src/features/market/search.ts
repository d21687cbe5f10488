/** What the market page's address holds: the day, the screener's filters, order and columns. */

import type { GridView } from "@/ui/grid/types";

export const KINDS = ["share", "unit", "fii", "etf", "bdr"] as const;
export type Kind = (typeof KINDS)[number];

export interface MarketSearch {
  date?: string;
  q?: string;
  kind?: Kind[];
  sector?: string[];
  index?: string[];
  min?: number;
  idle?: boolean;
  sort?: string;
  cols?: string[];
}

export const DEFAULT_SORT = "-turnover_mean21";

const isKind = (value: string): value is Kind => (KINDS as readonly string[]).includes(value);

function texts(raw: unknown): string[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const found = raw.filter((part): part is string => typeof part === "string" && part !== "");
  return found.length ? found : undefined;
}

/** Reads an address; what it does not understand is left out. */
export function marketSearch(raw: Record<string, unknown>): MarketSearch {
  const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
  const date = text(raw.date);
  const kinds = texts(raw.kind)?.filter(isKind);
  return dropped({
    date: date && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : undefined,
    q: text(raw.q),
    kind: kinds?.length ? kinds : undefined,
    sector: texts(raw.sector),
    index: texts(raw.index),
    min: typeof raw.min === "number" && raw.min > 0 ? raw.min : undefined,
    idle: raw.idle === true ? true : undefined,
    sort: text(raw.sort),
    cols: texts(raw.cols),
  });
}

/** Without what is undefined: the address stays short. */
function dropped(search: MarketSearch): MarketSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** What the API is asked for. */
export function screenerQuery(search: MarketSearch) {
  return {
    q: search.q,
    kind: search.kind,
    sector: search.sector,
    index: search.index,
    min_turnover: search.min,
    idle: search.idle,
    sort: search.sort ?? DEFAULT_SORT,
  };
}

/** The grid's view of an address, and back. */
export function viewOf(search: MarketSearch): GridView {
  const sort = search.sort ?? DEFAULT_SORT;
  return {
    columns: search.cols ?? null,
    sort: { id: sort.replace(/^-/, ""), desc: sort.startsWith("-") },
  };
}

export function searchOf(view: GridView): Pick<MarketSearch, "sort" | "cols"> {
  const sort = view.sort ? `${view.sort.desc ? "-" : ""}${view.sort.id}` : undefined;
  return {
    sort: sort === DEFAULT_SORT ? undefined : sort,
    cols: view.columns ?? undefined,
  };
}

/** How many filters are on. */
export function filtersOn(search: MarketSearch): boolean {
  return Boolean(
    search.q || search.kind || search.sector || search.index || search.min || search.idle,
  );
}
