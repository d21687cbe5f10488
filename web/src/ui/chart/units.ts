/** How figures of a unit are written on axes, in hovers and in tables. */

import type { Format } from "@/lib/format";
import type { Panel, Unit } from "./types";

export function figure(f: Format, panel: Panel, value: number | null | undefined): string {
  const places = panel.places;
  switch (panel.unit) {
    case "money":
      return f.moneyCompact(value);
    case "percent":
      return f.percent(value, places ?? 2);
    case "quota":
      return f.quota(value);
    case "integer":
      return f.integer(value);
    default:
      return f.number(value, places ?? 2);
  }
}

/** Ticks as text, so that they follow our formats and not the library's. */
export function ticks(f: Format, unit: Unit, low: number, high: number, wanted = 5) {
  const step = niceStep((high - low) / Math.max(wanted, 1));
  const values: number[] = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at += 1) {
    values.push(Number((at * step).toPrecision(12)));
  }
  return { values, texts: values.map((value) => tickText(f, unit, value, step)) };
}

export function niceStep(rough: number): number {
  if (!(rough > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const ratio = rough / power;
  const nice = ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 2.5 ? 2.5 : ratio <= 5 ? 5 : 10;
  return nice * power;
}

function tickText(f: Format, unit: Unit, value: number, step: number): string {
  const places = (size: number) =>
    Math.max(0, Math.min(8, Math.ceil(-Math.log10(size) - 1e-9) + (isQuarter(size) ? 1 : 0)));
  if (unit === "percent") return f.percent(value, places(step * 100));
  if (unit === "money" || (unit === "integer" && Math.abs(value) >= 10_000)) {
    return value === 0 ? "0" : f.compact(value);
  }
  return f.number(value, places(step));
}

/** Steps of 2.5 need a decimal more. */
function isQuarter(step: number): boolean {
  const ratio = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
  return Math.abs(ratio - 2.5) < 1e-6;
}
