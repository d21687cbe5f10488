/** Rows set aside on the way to a table: by reason, by month, and some of them as published. */

import { useAnswer } from "@/api/client";
import type { components } from "@/api/schema";
import { classes } from "@/lib/classes";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { BarCell } from "@/ui/BarCell";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { BytesButton } from "./BytesButton";
import css from "./data.module.css";
import { words } from "./words";

type Quarantine = components["schemas"]["Quarantine"];

interface QuarantinePanelProps {
  table: string;
  reason: string | undefined;
  onReason: (reason: string | undefined) => void;
}

export function QuarantinePanel({ table, reason, onReason }: QuarantinePanelProps) {
  const t = useWords(words);
  const found = useAnswer(
    "/api/v1/quarantine/{table}",
    { params: { path: { table }, query: { reason, limit: 12 } } },
    { keep: true },
  );
  return (
    <Panel title={t("quarantine", { table })} origin={found.data?.origin}>
      <Await
        query={found}
        skeleton={<Skeleton shape="bars" rows={6} />}
        isEmpty={(answer) => !answer.data.rows}
        empty={<Empty title={t("noQuarantine")}>{t("noQuarantineHelp")}</Empty>}
      >
        {(answer) => (
          <div className={css.quarantine}>
            <Reasons found={answer.data} reason={reason} onReason={onReason} />
            <Examples found={answer.data} reason={reason} />
          </div>
        )}
      </Await>
    </Panel>
  );
}

interface ReasonsProps {
  found: Quarantine;
  reason: string | undefined;
  onReason: (reason: string | undefined) => void;
}

function Reasons({ found, reason, onReason }: ReasonsProps) {
  const t = useWords(words);
  const f = useFormat();
  const most = Math.max(...found.findings.map((each) => each.rows), 1);
  return (
    <div>
      <h3 className={css.sub}>{t("reasons")}</h3>
      <ul className={css.reasons}>
        {found.findings.map((each) => (
          <li key={each.code}>
            <button
              type="button"
              className={classes(css.reason, each.code === reason && css.on)}
              aria-pressed={each.code === reason}
              onClick={() => onReason(each.code === reason ? undefined : each.code)}
            >
              <span>
                <span className="mono">{each.code}</span>
                <span className={css.meaning}>{each.meaning}</span>
              </span>
              <span className={css.bar}>
                <BarCell value={each.rows} most={most}>
                  {f.integer(each.rows)}
                </BarCell>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Examples({ found, reason }: { found: Quarantine; reason: string | undefined }) {
  const t = useWords(words);
  const f = useFormat();
  return (
    <div className={css.examples}>
      <h3 className={css.sub}>
        {reason ? t("examplesOf", { reason }) : `${t("examples")}, ${t("allReasons")}`}
      </h3>
      <ul>
        {found.examples.map((each) => (
          <li key={`${each.file}-${each.row}-${each.reasons.join()}`} className={css.example}>
            <code className={css.record}>{each.record}</code>
            <span className={css.where}>
              <span>
                {each.reasons.join(", ")} · {t("line")} {f.integer(each.row)} ·{" "}
                {each.file.split("/")[2]}
              </span>
              <BytesButton
                source={found.source}
                file={each.file}
                name={each.file.split("/")[2] ?? each.file}
              />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
