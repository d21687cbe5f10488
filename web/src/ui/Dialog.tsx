/** A dialog: for what must be decided before going on. */

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useWords } from "@/lib/words";
import css from "./Dialog.module.css";
import { words } from "./words";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  lead?: ReactNode;
  /** Buttons at the foot. */
  actions?: ReactNode;
  wide?: boolean;
  children?: ReactNode;
}

export function Dialog({ open, onOpenChange, title, lead, actions, wide, children }: DialogProps) {
  const t = useWords(words);
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className={css.backdrop} />
        <Base.Viewport className={css.viewport}>
          <Base.Popup className={css.popup} data-wide={wide || undefined}>
            <header className={css.head}>
              <Base.Title className={css.title}>{title}</Base.Title>
              <Base.Close className={css.close} aria-label={t("close")}>
                <X size={16} aria-hidden="true" />
              </Base.Close>
            </header>
            {lead && <Base.Description className={css.lead}>{lead}</Base.Description>}
            <div className={css.body}>{children}</div>
            {actions && <footer className={css.actions}>{actions}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
