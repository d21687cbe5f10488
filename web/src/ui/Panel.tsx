/** A panel: a rule, a title that says the finding or the question, its origin, its content. */

import type { ReactNode } from "react";
import { useId } from "react";
import type { Origin } from "@/api/client";
import { OriginChip } from "./OriginChip";
import css from "./Panel.module.css";

export interface PanelProps {
  title: ReactNode;
  /** A quieter line below the title: units, method, "proxy, not official data". */
  note?: ReactNode;
  /** As the answer says; the chip shows source, day and age. */
  origin?: Origin | null | undefined;
  actions?: ReactNode;
  children: ReactNode;
}

export function Panel({ title, note, origin, actions, children }: PanelProps) {
  const id = useId();
  return (
    <section className={css.panel} aria-labelledby={id}>
      <header className={css.head}>
        <div className={css.words}>
          <h2 id={id}>{title}</h2>
          {note && <p className={css.note}>{note}</p>}
        </div>
        <div className={css.side}>
          {actions}
          {origin !== undefined && <OriginChip origin={origin} />}
        </div>
      </header>
      {children}
    </section>
  );
}
