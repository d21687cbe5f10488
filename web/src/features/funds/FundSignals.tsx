/** Signs that money is leaving: the score, its reasons in words, and the months before. */

import { useAnswer } from "@/api/client";
import { usePreferences } from "@/lib/preferences";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { BarCell } from "@/ui/BarCell";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import css from "./Fund.module.css";
import { type Asked, paramsOf } from "./FundPage";
import { reasonsOf, strengthOf } from "./sentences";
import type { FundSignal } from "./types";
import { words } from "./words";

const MONTHS = 6;

export function FundSignals({ asked }: { asked: Asked }) {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/funds/{cnpj}/signals", paramsOf(asked));
  const newest = query.data?.data[0];
  const title = newest
    ? t("signalsTitle", {
        score: f.number(newest.score, 0),
        month: f.month(newest.month),
        words: t(strengthOf(newest.score)),
      })
    : t("signal");
  return (
    <Panel title={title} note={t("signalsNote")} origin={query.data?.origin}>
      <Await
        query={query}
        skeleton={<Skeleton shape="bars" rows={8} />}
        isEmpty={(answer) => !answer.data.length}
        empty={
          <Empty title={t("signalsNever")} command="lastro build">
            {null}
          </Empty>
        }
      >
        {(answer) => <Months signals={answer.data} />}
      </Await>
    </Panel>
  );
}

function Months({ signals }: { signals: readonly FundSignal[] }) {
  const t = useWords(words);
  const f = useFormat();
  const { language } = usePreferences();
  const [newest] = signals;
  if (!newest) return null;
  const reasons = reasonsOf(language === "en" ? newest.reason_en : newest.reason);
  return (
    <div className={css.stack}>
      <ul className={css.reasons}>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t("month")}</th>
            <th scope="col" className="num">
              {t("score")}
            </th>
            <th scope="col" className="num">
              {t("netFlow")}
            </th>
          </tr>
        </thead>
        <tbody>
          {signals.slice(0, MONTHS).map((signal) => (
            <tr key={signal.month}>
              <th scope="row">{f.month(signal.month)}</th>
              <td className="num">
                <BarCell value={signal.score ?? null} most={100}>
                  {f.number(signal.score, 0)}
                </BarCell>
              </td>
              <td className="num">{f.moneyChange(signal.net_flow_1m)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
