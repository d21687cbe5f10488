/** What a ticker's figures say: pure choices, apart from how they look. */

import type { components } from "@/api/schema";
import type { Candle } from "@/ui/chart/candles";
import { monthsBefore } from "@/ui/range";

export type TickerSheet = components["schemas"]["TickerSheet"];
export type TickerQuotes = components["schemas"]["TickerQuotes"];
export type TickerActions = components["schemas"]["TickerActions"];
export type TickerAction = components["schemas"]["TickerAction"];
export type Comparison = components["schemas"]["TickerComparison"];

/** Sessions without a price from which the page says that the ticker stopped. */
const STOPPED = 5;

export const hasStopped = (sheet: Pick<TickerSheet, "idle_sessions">) =>
  sheet.idle_sessions > STOPPED;

const SPANS = ["return_12m", "return_6m", "return_1m"] as const;

/** The longest span whose return is known. */
export function longestReturn(sheet: TickerSheet) {
  for (const span of SPANS) {
    const value = sheet[span];
    if (value !== null) return { span, value };
  }
  return null;
}

/** The range first shown: a year, or the whole life where that is shorter. */
export function firstRange(first: string, last: string): [string, string] {
  const year = monthsBefore(last, 12);
  return [year > first ? year : first, last];
}

export function candlesOf(quotes: TickerQuotes): Candle[] {
  return quotes.dates.map((date, at) => ({
    date,
    open: quotes.open[at] ?? null,
    high: quotes.high[at] ?? null,
    low: quotes.low[at] ?? null,
    close: quotes.close[at] ?? null,
    volume: quotes.quantity[at] ?? null,
  }));
}

/** First and last known close within a range, and the change between them. */
export function changeWithin(quotes: TickerQuotes, [from, until]: [string, string]) {
  const known = quotes.dates
    .map((date, at) => ({ date, close: quotes.close[at] ?? null }))
    .filter((bar): bar is { date: string; close: number } => bar.close !== null)
    .filter((bar) => bar.date >= from && bar.date <= until);
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last || !first.close) return null;
  return { first: first.date, last: last.date, change: last.close / first.close - 1 };
}

/** Cash of the twelve months up to a day, for one share, as it was paid. */
export function paidInYear(actions: readonly TickerAction[], last: string): number {
  const since = monthsBefore(last, 12);
  return actions
    .filter(({ kind, ex_date }) => kind === "cash" && ex_date !== null)
    .filter(({ ex_date }) => (ex_date ?? "") > since && (ex_date ?? "") <= last)
    .reduce((sum, action) => sum + (action.value ?? 0), 0);
}

/** Names of lines that have no value at all. */
export function missingLines(comparison: Comparison): string[] {
  return comparison.lines
    .filter((line) => line.values.every((value) => value === null))
    .map((line) => line.name);
}

/** Total return of a line over the whole comparison; null where its end is not known. */
export function lineReturn(comparison: Comparison, name: string): number | null {
  const last = comparison.lines.find((line) => line.name === name)?.values.at(-1);
  return last === undefined || last === null ? null : last - 1;
}
