/** A word on hover and on focus. */

import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import floating from "./floating.module.css";
import css from "./Hint.module.css";

export function Hint({ text, children }: { text: ReactNode; children: ReactElement }) {
  if (!text) return children;
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children as ReactElement<Record<string, unknown>>} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className={floating.positioner}>
          <Tooltip.Popup className={css.hint}>{text}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** An en dash that says why it is one. */
export function Unknown({ why }: { why: string }) {
  return (
    <Hint text={why}>
      <span className={css.unknown}>
        <span aria-hidden="true">–</span>
        <span className="visually-hidden">{why}</span>
      </span>
    </Hint>
  );
}
