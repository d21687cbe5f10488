/** What opens below a filter chip: a list to choose several from, found by typing; or one. */

import { useState } from "react";
import { useWords } from "@/lib/words";
import css from "./Funds.module.css";
import { words } from "./words";

const MOST = 200;

interface ChooseManyProps {
  label: string;
  chosen: readonly string[];
  choices: readonly { value: string; note?: string }[];
  onChange: (chosen: string[]) => void;
}

export function ChooseMany({ label, chosen, choices, onChange }: ChooseManyProps) {
  const t = useWords(words);
  const [typed, setTyped] = useState("");
  const wanted = folded(typed);
  const found = choices.filter((choice) => folded(choice.value).includes(wanted));
  const on = new Set(chosen);
  const toggle = (value: string) =>
    onChange(on.has(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return (
    <div className={css.choose}>
      {choices.length > 8 && (
        <input
          type="search"
          className={css.find}
          aria-label={`${t("find")}: ${label}`}
          placeholder={t("find")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
      <ul aria-label={label}>
        {found.slice(0, MOST).map((choice) => (
          <li key={choice.value}>
            <label className={css.choice}>
              <input
                type="checkbox"
                checked={on.has(choice.value)}
                onChange={() => toggle(choice.value)}
              />
              <span>{choice.value}</span>
              {choice.note && <span className="quiet small">{choice.note}</span>}
            </label>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ChooseOneProps {
  label: string;
  chosen: string | null;
  choices: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

export function ChooseOne({ label, chosen, choices, onChange }: ChooseOneProps) {
  return (
    <fieldset className={css.choose}>
      <legend className="visually-hidden">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className={css.choice}>
          <input
            type="radio"
            name={label}
            checked={chosen === choice.value}
            onChange={() => onChange(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** As it is compared: without accents and case. */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase().trim();
}
