/** Chips: a mark that says a state, and a filter that says what it filters. */

import { Popover } from "@base-ui/react/popover";
import { ChevronDown, X } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "@/lib/classes";
import { useWords } from "@/lib/words";
import css from "./Chip.module.css";
import floating from "./floating.module.css";
import { words } from "./words";

export type Tone = "plain" | "good" | "bad" | "warn" | "accent" | "simulated";

export function Chip({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={css.chip} data-tone={tone}>
      {children}
    </span>
  );
}

export interface FilterChipProps {
  label: string;
  /** What is chosen, in words; null where the filter is off. */
  value: ReactNode | null;
  onClear: () => void;
  /** What opens below: a list of choices, a slider, a search. */
  children: ReactNode;
}

/** `Gestor: Alfa ▾ ×`. */
export function FilterChip({ label, value, onClear, children }: FilterChipProps) {
  const t = useWords(words);
  const on = value !== null;
  return (
    <span className={classes(css.filter, on && css.on)}>
      <Popover.Root>
        <Popover.Trigger className={css.trigger}>
          {label}
          {on && <span className={css.value}>{value}</span>}
          <ChevronDown size={14} aria-hidden="true" />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner sideOffset={6} align="start" className={floating.positioner}>
            <Popover.Popup className={floating.popup} aria-label={label}>
              {children}
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      {on && (
        <button
          type="button"
          className={css.clear}
          onClick={onClear}
          aria-label={`${t("clear")}: ${label}`}
        >
          <X size={13} aria-hidden="true" />
        </button>
      )}
    </span>
  );
}
