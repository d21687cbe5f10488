/** What a key or an app may do: a box for each scope. */

import { useWords } from "@/lib/words";
import css from "./form.module.css";
import { scopeWord } from "./scopes";
import { words } from "./words";

export interface ScopeChecksProps {
  legend: string;
  all: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

export function ScopeChecks({ legend, all, chosen, onChange }: ScopeChecksProps) {
  const t = useWords(words);
  const flip = (scope: string) =>
    onChange(chosen.includes(scope) ? chosen.filter((s) => s !== scope) : [...chosen, scope]);
  return (
    <fieldset className={css.checks}>
      <legend>{legend}</legend>
      {all.map((scope) => (
        <label key={scope}>
          <input type="checkbox" checked={chosen.includes(scope)} onChange={() => flip(scope)} />
          <span>
            {scopeWord(t, scope)} <span className="mono small quiet">{scope}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
