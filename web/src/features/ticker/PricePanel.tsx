/** Candles, raw or adjusted, with volume and with events on their days. */

import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Candles } from "@/ui/chart/Candles";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { Toggle } from "@/ui/Toggle";
import { candlesOf, changeWithin, type TickerActions, type TickerSheet } from "./findings";
import { ADJUSTMENTS, type Adjusted } from "./search";
import { useEvents } from "./useEvents";
import { words } from "./words";

const HEIGHT = 440;
const NOTES = { raw: "noteRaw", split: "noteSplit", total: "noteTotal" } as const;

export interface PricePanelProps {
  sheet: TickerSheet;
  actions: TickerActions | undefined;
  adjusted: Adjusted;
  onAdjusted: (adjusted: Adjusted) => void;
  range: [string, string];
  onRange: (range: [string, string]) => void;
}

export function PricePanel(props: PricePanelProps) {
  const { sheet, actions, adjusted, onAdjusted, range, onRange } = props;
  const { ticker } = sheet;
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer(
    "/api/v1/tickers/{ticker}/quotes",
    { params: { path: { ticker }, query: { adjusted } } },
    { keep: true },
  );
  const quotes = query.data?.data;
  const rows = useMemo(() => (quotes ? candlesOf(quotes) : []), [quotes]);
  const events = useEvents(actions);
  const moved = quotes && changeWithin(quotes, range);
  const way = !moved
    ? null
    : moved.change > 0.00005
      ? "Up"
      : moved.change < -0.00005
        ? "Down"
        : "Flat";
  const title =
    way && moved
      ? t(`candles${way}`, {
          ticker,
          change: f.percent(Math.abs(moved.change)),
          first: f.date(moved.first),
          last: f.date(moved.last),
        })
      : quotes
        ? t("candlesNone")
        : ticker;
  return (
    <Panel
      title={title}
      note={t(NOTES[adjusted])}
      origin={query.data?.origin ?? null}
      actions={
        <Toggle
          label={t("adjustment")}
          value={adjusted}
          choices={ADJUSTMENTS.map((value) => ({ value, label: t(value) }))}
          onChange={onAdjusted}
        />
      }
    >
      <Await
        query={query}
        skeleton={<Skeleton shape="chart" height={HEIGHT} />}
        isEmpty={(answer) => answer.data.dates.length === 0}
        empty={<Empty title={t("candlesNone")} />}
      >
        {() => (
          <Candles
            title={title}
            name={`${ticker}-${t("file")}`}
            rows={rows}
            events={events}
            height={HEIGHT}
            range={range}
            onRange={onRange}
            query={sqlOf(ticker)}
          />
        )}
      </Await>
    </Panel>
  );
}

/** A ticker of the roster has letters and digits only; the query says so again. */
function sqlOf(ticker: string): string {
  const code = ticker.replace(/[^A-Z0-9]/g, "");
  return (
    "SELECT ref_date, open, high, low, close, split_close, total_close, quantity\n" +
    `FROM gold.adjusted_prices\nWHERE ticker = '${code}'\nORDER BY ref_date`
  );
}
