/** The price and what everybody asks next, in one strip; and what is odd about the ticker. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Change } from "@/ui/Change";
import { Unknown } from "@/ui/Hint";
import { Stat, StatStrip } from "@/ui/Stat";
import { hasStopped, type TickerSheet } from "./findings";
import css from "./ticker.module.css";
import { words } from "./words";

export function TickerStrip({ sheet }: { sheet: TickerSheet }) {
  const t = useWords(words);
  const f = useFormat();
  const young = t("tooYoung", { first: f.date(sheet.first_date) });
  const back = (value: number | null): ReactNode =>
    value === null ? <Unknown why={young} /> : <Change value={value} />;
  const ibov = sheet.weights.IBOV;
  return (
    <StatStrip>
      <Stat
        name={t("price")}
        value={f.money(sheet.close)}
        change={<Change value={sheet.day_return} />}
        note={t("printed", { date: f.date(sheet.ref_date) })}
      />
      <Stat
        name={t("range52")}
        value={
          <Band
            low={sheet.low_52w}
            high={sheet.high_52w}
            at={(sheet.high_52w ?? 0) * (1 + (sheet.from_high ?? 0))}
          />
        }
        note={`${f.number(sheet.low_52w, 2)} – ${f.number(sheet.high_52w, 2)}`}
      />
      <Stat name={t("month")} value={back(sheet.return_1m)} note={t("withPayouts")} />
      {sheet.return_12m === null ? (
        <Stat name={t("half")} value={back(sheet.return_6m)} note={t("withPayouts")} />
      ) : (
        <Stat name={t("year")} value={back(sheet.return_12m)} note={t("withPayouts")} />
      )}
      <Stat name={t("yield")} value={f.percent(sheet.dividend_yield_12m)} note={t("yieldNote")} />
      <Stat
        name={t("volatility")}
        value={
          sheet.volatility_12m === null ? (
            <Unknown why={young} />
          ) : (
            f.percent(sheet.volatility_12m, 1)
          )
        }
        note={t("volatilityNote")}
      />
      <Stat
        name={t("turnover")}
        value={f.moneyCompact(sheet.turnover_mean21)}
        note={t("turnoverNote")}
      />
      <Stat
        name={t("weight")}
        value={ibov === undefined ? "–" : f.percent(ibov)}
        note={ibov === undefined ? t("outOfIbov") : undefined}
      />
    </StatStrip>
  );
}

/** Where a price stands between two. */
function Band({ low, high, at }: { low: number | null; high: number | null; at: number }) {
  const f = useFormat();
  if (low === null || high === null || high <= low) return "–";
  const place = Math.min(Math.max((at - low) / (high - low), 0), 1);
  return (
    <span
      className={css.band}
      role="img"
      aria-label={`${f.number(low, 2)} – ${f.number(at, 2)} – ${f.number(high, 2)}`}
    >
      <i style={{ left: `${place * 100}%` }} />
    </span>
  );
}

/** Says that a ticker stopped, and under which other codes its paper traded. */
export function Notices({ sheet }: { sheet: TickerSheet }) {
  const t = useWords(words);
  const f = useFormat();
  return (
    <>
      {hasStopped(sheet) && (
        <p className={css.notice} role="status">
          {t("stopped", {
            ticker: sheet.ticker,
            date: f.date(sheet.ref_date),
            n: sheet.idle_sessions,
          })}
        </p>
      )}
      {sheet.same_paper.length > 0 && (
        <p>
          {t("renamed", { isin: sheet.isin ?? "" })}{" "}
          {sheet.same_paper.map((life, at) => (
            <span key={life.ticker}>
              {at > 0 && ", "}
              <Link to="/ticker/$ticker" params={{ ticker: life.ticker }} className="mono">
                {life.ticker}
              </Link>{" "}
              {t("since", { first: f.date(life.first_date), last: f.date(life.last_date) })}
            </span>
          ))}
          .
        </p>
      )}
    </>
  );
}
