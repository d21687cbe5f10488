/** Short notes that come and go: `toast({ title })` from anywhere. */

import { Toast as Base } from "@base-ui/react/toast";
import { X } from "lucide-react";
import { useWords } from "@/lib/words";
import css from "./Toast.module.css";
import { words } from "./words";

const manager = Base.createToastManager();

export interface ToastWords {
  title: string;
  description?: string;
  tone?: "plain" | "bad";
}

export function toast({ title, description, tone = "plain" }: ToastWords): string {
  const priority = tone === "bad" ? "high" : "low";
  return manager.add({ title, description, type: tone, priority, timeout: 5000 });
}

/** Stands once, in the frame. */
export function Toasts() {
  return (
    <Base.Provider toastManager={manager}>
      <Base.Portal>
        <Base.Viewport className={css.viewport}>
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function List() {
  const t = useWords(words);
  const { toasts } = Base.useToastManager();
  return toasts.map((one) => (
    <Base.Root key={one.id} toast={one} className={css.toast} data-tone={one.type}>
      <Base.Content className={css.content}>
        <div>
          <Base.Title className={css.title} />
          <Base.Description className={css.description} />
        </div>
        <Base.Close className={css.close} aria-label={t("close")}>
          <X size={14} aria-hidden="true" />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}
