/** Ranges of dates as charts offer them. */

export const RANGES = ["1M", "3M", "6M", "YTD", "1Y", "3Y", "5Y", "MAX"] as const;
export type RangeName = (typeof RANGES)[number];

const MONTHS: Partial<Record<RangeName, number>> = {
  "1M": 1,
  "3M": 3,
  "6M": 6,
  "1Y": 12,
  "3Y": 36,
  "5Y": 60,
};

const iso = (day: Date) => day.toISOString().slice(0, 10);

/** The same day so many months before, or that month's last. */
export function monthsBefore(day: string, months: number): string {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month - months, 0)).getUTCDate();
  return iso(new Date(Date.UTC(year, month - 1 - months, Math.min(date, last))));
}

/** First and last day of a range that ends on `last` and cannot begin before `first`. */
export function rangeDays(name: RangeName, first: string, last: string): [string, string] {
  if (name === "MAX") return [first, last];
  const months = MONTHS[name];
  const begin =
    months === undefined ? `${Number(last.slice(0, 4)) - 1}-12-31` : monthsBefore(last, months);
  return [begin > first ? begin : first, last];
}

/** The ranges that are shorter than what there is, and all of it. */
export function rangesWithin(first: string, last: string): RangeName[] {
  return RANGES.filter((name) => {
    if (name === "MAX") return true;
    const months = MONTHS[name] ?? 0;
    return name === "YTD"
      ? first < `${last.slice(0, 4)}-01-01`
      : monthsBefore(last, months) > first;
  });
}
