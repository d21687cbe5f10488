/** Nothing here: says what would fill it, with the button or the command that does. */

import type { ReactNode } from "react";
import css from "./states.module.css";

export interface EmptyProps {
  title: ReactNode;
  /** What fills this. */
  children?: ReactNode;
  /** A command to run, shown as code. */
  command?: string;
  action?: ReactNode;
}

export function Empty({ title, children, command, action }: EmptyProps) {
  return (
    <div className={css.state}>
      <p className={css.title}>{title}</p>
      {children && <p>{children}</p>}
      {command && <code className="mono">{command}</code>}
      {action && <div className={css.actions}>{action}</div>}
    </div>
  );
}
