/** Every index on a line: choose one. */

import { classes } from "@/lib/classes";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Change } from "@/ui/Change";
import { Sparkline } from "@/ui/Sparkline";
import type { Summary } from "./findings";
import css from "./indexes.module.css";
import { words } from "./words";

export interface IndexListProps {
  indexes: readonly Summary[];
  chosen: string;
  onChoose: (code: string) => void;
}

export function IndexList({ indexes, chosen, onChoose }: IndexListProps) {
  const t = useWords(words);
  const f = useFormat();
  return (
    <ul className={css.list}>
      {indexes.map((one) => (
        <li key={one.code}>
          <button
            type="button"
            className={classes(css.index, one.code === chosen && css.chosen)}
            aria-pressed={one.code === chosen}
            onClick={() => onChoose(one.code)}
          >
            <span className={css.who}>
              <span className={css.code}>{one.code}</span>
              <span className={css.name}>
                {one.name === one.code ? t("assets", { n: one.components ?? 0 }) : one.name}
              </span>
            </span>
            <Sparkline
              width={72}
              height={24}
              values={one.values}
              label={t("sparkOf", { code: one.code })}
            />
            <span className={css.figures}>
              <span className="num">{f.number(one.level, 0)}</span>
              <span className="num small">
                <Change value={one.change} />
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
