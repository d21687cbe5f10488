/** Returns by period and by year beside Ibovespa and CDI; and how deep it fell. */

import { useState } from "react";
import { useAnswer } from "@/api/client";
import type { components } from "@/api/schema";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Change } from "@/ui/Change";
import { Unknown } from "@/ui/Hint";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { Toggle } from "@/ui/Toggle";
import css from "./ticker.module.css";
import { words } from "./words";

type Period = components["schemas"]["PeriodReturn"];
type Returns = components["schemas"]["TickerReturns"];
const NAMED = ["1d", "1w", "1m", "3m", "6m", "ytd", "12m", "24m", "60m", "max"] as const;
export function ReturnsPanel({ ticker, first }: { ticker: string; first: string }) {
  const t = useWords(words);
  const [by, setBy] = useState<"periods" | "years">("periods");
  const query = useAnswer("/api/v1/tickers/{ticker}/returns", { params: { path: { ticker } } });
  const choices = (["periods", "years"] as const).map((value) => ({ value, label: t(value) }));
  return (
    <Panel
      title={t("returnsTitle")}
      note={t("returnsNote")}
      origin={query.data?.origin ?? null}
      actions={<Toggle label={t("period")} value={by} choices={choices} onChange={setBy} />}
    >
      <Await query={query} skeleton={<Skeleton shape="table" rows={10} />}>
        {(answer) => (
          <>
            <Periods rows={answer.data[by]} first={first} label={t(by)} />
            <Risk returns={answer.data} />
          </>
        )}
      </Await>
    </Panel>
  );
}

function Periods({ rows, first, label }: { rows: Period[]; first: string; label: string }) {
  const t = useWords(words);
  const f = useFormat();
  const why = t("tooYoung", { first: f.date(first) });
  const said = (value: number | null) =>
    value === null ? <Unknown why={why} /> : <Change value={value} bare />;
  return (
    <table className={css.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t("period")}</th>
          <th scope="col">{t("totalReturn")}</th>
          <th scope="col" className={css.wide}>
            {t("priceReturn")}
          </th>
          <th scope="col">IBOV</th>
          <th scope="col">CDI</th>
          <th scope="col" className={css.wide}>
            {t("from")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.period}>
            <th scope="row">
              <PeriodName period={row.period} />
            </th>
            <td>{said(row.total_return)}</td>
            <td className={css.wide}>{said(row.price_return)}</td>
            <td>{said(row.ibov)}</td>
            <td>{said(row.cdi)}</td>
            <td className={css.wide}>
              <span className="quiet">{f.date(row.start)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function PeriodName({ period }: { period: string }) {
  const t = useWords(words);
  const named = NAMED.find((name) => name === period);
  return named ? t(`period_${named}`) : period;
}

function Risk({ returns }: { returns: Returns }) {
  const t = useWords(words);
  const f = useFormat();
  const fall = returns.drawdown;
  return (
    <dl className={css.facts}>
      <dt>{t("worstFall")}</dt>
      <dd>
        {fall ? (
          <>
            <Change value={fall.depth} />{" "}
            <span className="quiet">
              {t("fallDates", { peak: f.date(fall.peak), bottom: f.date(fall.bottom) })},{" "}
              {fall.recovered
                ? t("recoveredOn", { date: f.date(fall.recovered) })
                : t("notRecovered")}
            </span>
          </>
        ) : (
          "–"
        )}
      </dd>
      <dt>{t("volatility3m")}</dt>
      <dd>{f.percent(returns.volatility_3m, 1)}</dd>
      <dt>{t("volatility12m")}</dt>
      <dd>{f.percent(returns.volatility_12m, 1)}</dd>
    </dl>
  );
}
