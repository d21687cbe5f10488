/** What the axes show of the series within a range. */

import type { Panel, Series, X } from "./types";

export const isDays = (series: readonly Series[]): boolean =>
  series.some((one) => /^\d{4}-\d{2}-\d{2}/.test(String(one.x[0] ?? "")));

/** First and last day of all series; null where there is none. */
export function days(series: readonly Series[]): [string, string] | null {
  let first: string | null = null;
  let last: string | null = null;
  for (const one of series) {
    const [from, until] = [one.x[0], one.x.at(-1)];
    if (from !== undefined && (first === null || String(from) < first)) first = String(from);
    if (until !== undefined && (last === null || String(until) > last)) last = String(until);
  }
  return first !== null && last !== null ? [first.slice(0, 10), last.slice(0, 10)] : null;
}

/** A single day has no length: a day before and after it give its axis one. */
export function widened(range: [string, string]): [string, string] {
  if (range[0] < range[1]) return range;
  const beside = (day: string, by: number) => {
    const at = new Date(`${day.slice(0, 10)}T12:00:00Z`);
    at.setUTCDate(at.getUTCDate() + by);
    return at.toISOString().slice(0, 10);
  };
  return [beside(range[0], -1), beside(range[1], 1)];
}

const fromZero = (one: Series) => one.kind === "bar" || one.kind === "area";

/** Least and greatest value of a panel's series in a range, with a little air; bars hold zero. */
export function extent(
  panel: Panel,
  series: readonly Series[],
  range: [string, string] | null,
): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const take = (value: number | null | undefined) => {
    if (value === null || value === undefined || !Number.isFinite(value)) return;
    if (value < low) low = value;
    if (value > high) high = value;
  };
  const inside = (x: X) => !range || (String(x) >= range[0] && String(x) <= `${range[1]}T`);
  const stacks = new Map<string, [number, number]>();
  for (const one of series) {
    one.x.forEach((x, at) => {
      if (!inside(x)) return;
      if (one.stack) pile(stacks, `${one.stack}:${x}`, one.y[at]);
      else take(one.y[at]);
      take(one.low?.[at]);
      take(one.high?.[at]);
    });
    if (fromZero(one)) take(0);
  }
  for (const [below, above] of stacks.values()) {
    take(below);
    take(above);
  }
  if (panel.base !== undefined && low <= high) take(panel.base);
  if (low > high) return [0, 1];
  const air = (high - low || Math.abs(high) || 1) * 0.06;
  return [low === 0 ? 0 : low - air, high === 0 ? 0 : high + air];
}

function pile(
  stacks: Map<string, [number, number]>,
  key: string,
  value: number | null | undefined,
) {
  const pair = stacks.get(key) ?? [0, 0];
  if (value) pair[value < 0 ? 0 : 1] += value;
  stacks.set(key, pair);
}
