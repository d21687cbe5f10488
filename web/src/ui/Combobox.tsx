/** One of many choices, found by typing; choices may come from a search as one types. */

import { Combobox as Base } from "@base-ui/react/combobox";
import { ChevronDown, X } from "lucide-react";
import { classes } from "@/lib/classes";
import { useWords } from "@/lib/words";
import css from "./Combobox.module.css";
import floating from "./floating.module.css";
import type { Choice } from "./Select";
import { words } from "./words";

export interface ComboboxProps {
  label: string;
  value: Choice | null;
  choices: readonly Choice[];
  onChange: (value: Choice | null) => void;
  /** Given, the choices are found elsewhere and not filtered here. */
  onType?: (text: string) => void;
  placeholder?: string;
  width?: number;
}

export function Combobox(props: ComboboxProps) {
  const { label, value, choices, onChange, onType, placeholder, width = 260 } = props;
  const t = useWords(words);
  return (
    <Base.Root
      items={choices}
      value={value}
      onValueChange={(next: Choice | null) => onChange(next)}
      onInputValueChange={(text: string) => onType?.(text)}
      isItemEqualToValue={(a: Choice, b: Choice) => a.value === b.value}
      filter={onType ? null : undefined}
      limit={200}
    >
      <Base.InputGroup className={css.group} style={{ width }}>
        <Base.Input className={css.input} aria-label={label} placeholder={placeholder ?? label} />
        <Base.Clear className={css.button} aria-label={t("clear")}>
          <X size={14} aria-hidden="true" />
        </Base.Clear>
        <Base.Trigger className={css.button} aria-label={`${t("choose")}: ${label}`}>
          <ChevronDown size={14} aria-hidden="true" />
        </Base.Trigger>
      </Base.InputGroup>
      <Base.Portal>
        <Base.Positioner sideOffset={4} className={floating.positioner}>
          <Base.Popup className={classes(floating.popup, floating.list)}>
            <Base.Empty className={floating.empty}>{t("noMatch")}</Base.Empty>
            <Base.List>
              {(choice: Choice) => (
                <Base.Item key={choice.value} value={choice} className={floating.item}>
                  <span>{choice.label}</span>
                  {choice.note && <span className="quiet small">{choice.note}</span>}
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
