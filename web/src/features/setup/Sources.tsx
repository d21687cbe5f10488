/** The sources to choose from: what each brings, from whom, and how large it is. */

import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { bytesOf } from "./plan";
import css from "./setup.module.css";
import type { Source } from "./useSetup";
import { words } from "./words";

export interface SourcesProps {
  sources: readonly Source[];
  chosen: ReadonlySet<string>;
  months: number;
  /** Whether anybody answers: where nobody does, no single source need say so. */
  online: boolean;
  onChange: (chosen: ReadonlySet<string>) => void;
}

export const recommended = (sources: readonly Source[]) =>
  new Set(sources.filter((source) => source.recommended).map((source) => source.name));

export function Sources({ sources, chosen, months, online, onChange }: SourcesProps) {
  const t = useWords(words);
  const toggle = (name: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(name);
    else next.delete(name);
    onChange(next);
  };
  return (
    <fieldset className={css.sources}>
      <legend className={css.legend}>
        <span>{t("sources")}</span>
        <Button look="quiet" onClick={() => onChange(recommended(sources))}>
          {t("all")}
        </Button>
      </legend>
      <ul className={css.list}>
        {sources.map((source) => (
          <li key={source.name}>
            <SourceLine
              source={source}
              months={months}
              online={online}
              checked={chosen.has(source.name)}
              onChange={(on) => toggle(source.name, on)}
            />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

interface LineProps {
  source: Source;
  months: number;
  online: boolean;
  checked: boolean;
  onChange: (on: boolean) => void;
}

function SourceLine({ source, months, online, checked, onChange }: LineProps) {
  const t = useWords(words);
  const f = useFormat();
  return (
    <label className={css.source} title={t("terms", { licence: source.licence })}>
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span className={css.what}>
        <span>{source.title}</span>
        <span className={css.who}>
          {source.publisher}
          {source.default_months === null && <> · {t("present")}</>}
        </span>
      </span>
      <span className={css.marks}>
        {online && !source.reachable && <Chip tone="warn">{t("silent")}</Chip>}
        {!source.recommended && <Chip>{t("heavy")}</Chip>}
      </span>
      <span className={css.size}>{f.bytes(bytesOf(source, months))}</span>
    </label>
  );
}
