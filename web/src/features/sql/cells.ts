/** How values of an answer's columns are written, by the column's type. */

import type { Format } from "@/lib/format";
import { kindOf, placesOf } from "./result";

export interface CellShape {
  align: "left" | "right";
  width: number;
  say: (value: unknown) => string;
}

const MINUS = "−";

/** The shape of a column: `shapeOf(f, "Decimal(precision=18, scale=2)")`. */
export function shapeOf(f: Format, type: string): CellShape {
  const kind = kindOf(type);
  const known = (write: (value: unknown) => string) => (value: unknown) =>
    value === null || value === undefined ? "–" : write(value);
  if (kind === "number") {
    const [least, most] = placesOf(type);
    const figure = new Intl.NumberFormat(f.language, {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
    });
    // Of a double's 17 digits the last two are the sum's rounding and nobody's money.
    const kept = (number: number) =>
      type.startsWith("Float") ? Number(number.toPrecision(15)) : number;
    const write = (value: unknown) => figure.format(kept(Number(value))).replace("-", MINUS);
    return { align: "right", width: 130, say: known(write) };
  }
  const say = {
    day: (value: unknown) => f.date(String(value)),
    instant: (value: unknown) => f.instant(String(value)),
    truth: String,
    text: String,
  }[kind];
  return { align: "left", width: kind === "text" ? 180 : 130, say: known(say) };
}
