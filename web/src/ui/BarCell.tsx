/** A figure with its bar: from zero, to the left where negative. */

import type { ReactNode } from "react";
import css from "./BarCell.module.css";

export interface BarCellProps {
  value: number | null;
  /** The greatest magnitude of the column: its bar is the full width. */
  most: number;
  /** Both ways from a middle line; otherwise all bars begin at the left. */
  diverging?: boolean;
  /** The colour of bars that do not diverge. */
  tone?: "plain" | "up" | "down";
  children: ReactNode;
}

export function BarCell({ value, most, diverging, tone = "plain", children }: BarCellProps) {
  const share = value === null || !most ? 0 : Math.min(Math.abs(value) / most, 1);
  const way = (value ?? 0) < 0 ? "down" : "up";
  const width = `${share * (diverging ? 50 : 100)}%`;
  const side = !diverging ? { left: 0 } : way === "down" ? { right: "50%" } : { left: "50%" };
  return (
    <span className={css.cell}>
      <span className={css.track} aria-hidden="true">
        <span className={css.bar} data-way={diverging ? way : tone} style={{ width, ...side }} />
      </span>
      <span className={css.figure}>{children}</span>
    </span>
  );
}
