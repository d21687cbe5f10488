/** A page: its title over the paper, actions beside it, and a grid of twelve columns below. */

import { type ReactNode, useEffect } from "react";
import { classes } from "@/lib/classes";
import css from "./Page.module.css";

export interface PageProps {
  title: string;
  /** What stands before the title's end: code, state, chips. */
  after?: ReactNode;
  /** One plain sentence under the title: the finding of the page. */
  lead?: ReactNode;
  actions?: ReactNode;
  /** A page that fills the window's height by itself: big grids, the workbench. */
  fill?: boolean;
  children: ReactNode;
}

export function Page({ title, after, lead, actions, fill, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Lastro`;
  }, [title]);
  return (
    <div className={classes(css.page, fill && css.fill)}>
      <header className={css.head}>
        <div className={css.words}>
          <div className={css.line}>
            <h1>{title}</h1>
            {after}
          </div>
          {lead && <p className={css.lead}>{lead}</p>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Twelve columns; on a phone everything stands below each other. */
export function Columns({ children }: { children: ReactNode }) {
  return <div className={css.columns}>{children}</div>;
}

/** So many of the twelve columns (at 1440 px), all of them below 1000 px. */
export function Span({
  of = 12,
  children,
}: {
  of?: 3 | 4 | 5 | 6 | 7 | 8 | 9 | 12;
  children: ReactNode;
}) {
  return (
    <div className={css.span} data-of={of}>
      {children}
    </div>
  );
}
