/** The list's state in the address: filters, order, columns; and the question it asks the API. */

import type { GridSort, GridView } from "@/ui/grid/types";

export const SIZES = {
  tiny: [undefined, 1e7],
  small: [1e7, 1e8],
  middle: [1e8, 1e9],
  large: [1e9, undefined],
} as const satisfies Record<string, readonly [number | undefined, number | undefined]>;

export type Size = keyof typeof SIZES;
export const MANY = ["manager", "administrator", "classification", "anbima", "status"] as const;
export type Many = (typeof MANY)[number];
export const SCORES = [25, 50, 75] as const;
const SORT: GridSort = { id: "net_worth", desc: true };

export interface FundsSearch {
  q?: string;
  manager?: string[];
  administrator?: string[];
  classification?: string[];
  anbima?: string[];
  status?: string[];
  size?: Size;
  score?: number;
  /** Only classes with more outflow than inflow in 30 days. */
  losing?: boolean;
  /** False leaves out subclasses that their class counts. */
  parts?: boolean;
  sort?: string;
  cols?: string[];
}

/** The next search, or what becomes of the last one: two changes may come before the page is drawn. */
export type Change = FundsSearch | ((former: FundsSearch) => FundsSearch);

/** What an address may say; anything else is dropped, so that an old link still opens. */
export function readSearch(raw: Record<string, unknown>): FundsSearch {
  const found: FundsSearch = {};
  if (typeof raw.q === "string" && raw.q) found.q = raw.q.slice(0, 100);
  for (const name of MANY) {
    const values = texts(raw[name]);
    if (values) found[name] = values;
  }
  if (typeof raw.size === "string" && raw.size in SIZES) found.size = raw.size as Size;
  if (typeof raw.score === "number" && raw.score > 0 && raw.score <= 100) found.score = raw.score;
  if (raw.losing === true) found.losing = true;
  if (raw.parts === false) found.parts = false;
  if (typeof raw.sort === "string" && /^-?[a-z0-9_]+$/.test(raw.sort)) found.sort = raw.sort;
  const cols = texts(raw.cols);
  if (cols) found.cols = cols;
  return found;
}

function texts(value: unknown): string[] | undefined {
  const list = typeof value === "string" ? [value] : Array.isArray(value) ? value : [];
  const kept = list.filter((item): item is string => typeof item === "string" && item !== "");
  return kept.length ? kept.slice(0, 50) : undefined;
}

/** How many filters are on. */
export function filtersOn(search: FundsSearch): number {
  const many = MANY.filter((name) => search[name]?.length).length;
  const one = [search.q, search.size, search.score, search.losing].filter(Boolean).length;
  return many + one + (search.parts === false ? 1 : 0);
}

export function viewOf(search: FundsSearch): GridView {
  const sort = search.sort
    ? { id: search.sort.replace(/^-/, ""), desc: search.sort.startsWith("-") }
    : SORT;
  return { columns: search.cols ?? null, sort };
}

/** The search after the grid's view changed; the default order and columns leave the address. */
export function withView(search: FundsSearch, view: GridView): FundsSearch {
  const sort = view.sort ? `${view.sort.desc ? "-" : ""}${view.sort.id}` : undefined;
  return {
    ...search,
    cols: view.columns ?? undefined,
    sort: sort === `-${SORT.id}` ? undefined : sort,
  };
}

export interface FundsQuery {
  q?: string;
  manager?: string[];
  administrator?: string[];
  classification?: string[];
  anbima?: string[];
  status?: string[];
  min_worth?: number;
  max_worth?: number;
  min_score?: number;
  max_flow?: number;
  subclasses?: boolean;
  sort?: string;
}

/** What the API is asked. */
export function queryOf(search: FundsSearch): FundsQuery {
  const [least, most] = search.size ? SIZES[search.size] : [undefined, undefined];
  return {
    q: search.q,
    manager: search.manager,
    administrator: search.administrator,
    classification: search.classification,
    anbima: search.anbima,
    status: search.status,
    min_worth: least,
    max_worth: most,
    min_score: search.score,
    max_flow: search.losing ? -0.01 : undefined,
    subclasses: search.parts,
    sort: search.sort,
  };
}

/** The same as an address of the API, for files. */
export function pathOf(search: FundsSearch, columns: readonly string[]): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(queryOf(search))) {
    const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
    for (const one of values) params.append(name, String(one));
  }
  params.set("columns", columns.join(","));
  return `/api/v1/funds?${params}`;
}
