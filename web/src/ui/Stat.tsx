/** One figure with its name; several stand in a strip with hairlines between them. */

import type { ReactNode } from "react";
import css from "./Stat.module.css";
import { useFlash } from "./useFlash";

export interface StatProps {
  name: ReactNode;
  value: ReactNode;
  change?: ReactNode;
  /** As of when, or what it means; small. */
  note?: ReactNode;
  spark?: ReactNode;
}

export function Stat({ name, value, change, note, spark }: StatProps) {
  const flash = useFlash<HTMLSpanElement>(typeof value === "object" ? null : value);
  return (
    <div className={css.stat}>
      <dt className={css.name}>{name}</dt>
      {spark && <dd className={css.spark}>{spark}</dd>}
      <dd className={css.body}>
        <span ref={flash} className={css.value}>
          {value}
        </span>
        {change && <span className={css.change}>{change}</span>}
        {note && <span className={css.note}>{note}</span>}
      </dd>
    </div>
  );
}

export function StatStrip({ children }: { children: ReactNode }) {
  return <dl className={css.strip}>{children}</dl>;
}
