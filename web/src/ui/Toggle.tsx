/** A few choices side by side, one of them on; and a switch that is on or off. */

import { Switch as BaseSwitch } from "@base-ui/react/switch";
import { Toggle as Base } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import type { ReactNode } from "react";
import css from "./Toggle.module.css";

export interface ToggleProps<V extends string> {
  label: string;
  value: V | null;
  choices: readonly { value: V; label: ReactNode; hint?: string }[];
  onChange: (value: V) => void;
}

export function Toggle<V extends string>({ label, value, choices, onChange }: ToggleProps<V>) {
  return (
    <ToggleGroup
      className={css.group}
      aria-label={label}
      value={value === null ? [] : [value]}
      onValueChange={(next) => {
        const found = next[0] as V | undefined;
        if (found !== undefined) onChange(found);
      }}
    >
      {choices.map((choice) => (
        <Base key={choice.value} value={choice.value} className={css.toggle} title={choice.hint}>
          {choice.label}
        </Base>
      ))}
    </ToggleGroup>
  );
}

export interface SwitchProps {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

export function Switch({ label, checked, onChange, disabled }: SwitchProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control
    <label className={css.line}>
      <BaseSwitch.Root
        className={css.switch}
        checked={checked}
        onCheckedChange={(next) => onChange(next)}
        disabled={disabled}
      >
        <BaseSwitch.Thumb className={css.thumb} />
      </BaseSwitch.Root>
      <span>{label}</span>
    </label>
  );
}
