/** One of a few choices. */

import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import { classes } from "@/lib/classes";
import floating from "./floating.module.css";
import css from "./Select.module.css";

export interface Choice<V extends string = string> {
  value: V;
  label: string;
  note?: string;
}

export interface SelectProps<V extends string> {
  /** Read aloud; shown before the value where `labelled`. */
  label: string;
  labelled?: boolean;
  value: V;
  choices: readonly Choice<V>[];
  onChange: (value: V) => void;
}

export function Select<V extends string>(props: SelectProps<V>) {
  const { label, labelled, value, choices, onChange } = props;
  return (
    <Base.Root items={choices} value={value} onValueChange={(next) => next && onChange(next as V)}>
      <Base.Trigger className={css.trigger} aria-label={label}>
        {labelled && <span className="quiet">{label}</span>}
        <Base.Value className={css.value} />
        <ChevronDown size={14} aria-hidden="true" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner
          sideOffset={4}
          alignItemWithTrigger={false}
          className={floating.positioner}
        >
          <Base.Popup className={classes(floating.popup, floating.list)}>
            <Base.List>
              {choices.map((choice) => (
                <Base.Item key={choice.value} value={choice.value} className={floating.item}>
                  <span className={floating.check}>
                    <Base.ItemIndicator>
                      <Check size={14} aria-hidden="true" />
                    </Base.ItemIndicator>
                  </span>
                  <Base.ItemText>{choice.label}</Base.ItemText>
                  {choice.note && <span className="quiet small">{choice.note}</span>}
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
