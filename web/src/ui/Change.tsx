/** A change: sign, arrow and colour, so that colour alone never carries it. */

import { classes } from "@/lib/classes";
import { UNKNOWN, type Value } from "@/lib/format";
import { useFormat } from "@/lib/useFormat";
import css from "./Change.module.css";
import { useFlash } from "./useFlash";

export interface ChangeProps {
  value: Value;
  /** `percent` (a ratio; the default), `money` (compact, BRL) or `points`. */
  as?: "percent" | "money" | "points";
  places?: number;
  /** Without the arrow, in dense cells where the sign is enough. */
  bare?: boolean;
}

export function Change({ value, as = "percent", places = 2, bare }: ChangeProps) {
  const f = useFormat();
  const flash = useFlash<HTMLSpanElement>(value);
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return <span className="quiet">{UNKNOWN}</span>;
  }
  const text =
    as === "money"
      ? f.moneyChange(value)
      : as === "points"
        ? `${value > 0 ? "+" : ""}${f.number(value, places)}`
        : f.change(value, places);
  const flat = !/[1-9]/.test(text);
  const way = flat ? "flat" : value > 0 ? "up" : "down";
  return (
    <span ref={flash} className={classes(css.change, way !== "flat" && way)}>
      {!bare && <span className={css.arrow} aria-hidden="true" data-way={way} />}
      {text}
    </span>
  );
}
