/** Candles with volume below, lines over them and event marks; the library comes on demand. */

import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { usePreferences, useTheme } from "@/lib/preferences";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { useWidth } from "../grid/useWidth";
import { Skeleton } from "../Skeleton";
import { words } from "../words";
import css from "./Candles.module.css";
import chart from "./Chart.module.css";
import { ChartTools } from "./ChartTools";
import type { Candle, CandleLine } from "./candles";
import { readTheme } from "./theme";
import type { ChartEvent } from "./types";
import { useCandles } from "./useCandles";

// Tables come when one is asked for: the first load does not carry the grid.
const CandleTable = lazy(() =>
  import("./CandleTable").then((file) => ({ default: file.CandleTable })),
);

export interface CandlesProps {
  title: string;
  name: string;
  rows: readonly Candle[];
  lines?: readonly CandleLine[];
  events?: readonly ChartEvent[];
  height?: number;
  range?: [string, string];
  onRange?: (days: [string, string]) => void;
  query?: string;
}

export function Candles(props: CandlesProps) {
  const { title, name, rows, lines, events, height = 420, query } = props;
  const t = useWords(words);
  const f = useFormat();
  const shown = useTheme();
  const { palette } = usePreferences();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [table, setTable] = useState(false);
  const [own, setOwn] = useState<[string, string] | null>(null);
  const whole = useMemo<[string, string] | null>(() => {
    const [first, last] = [rows[0]?.date, rows.at(-1)?.date];
    return first && last ? [first, last] : null;
  }, [rows]);
  const range = props.range ?? own ?? whole;
  // biome-ignore lint/correctness/useExhaustiveDependencies: tokens change with these two
  const theme = useMemo(readTheme, [shown, palette]);
  const { ready, near, pointed, png } = useCandles(box, {
    rows,
    lines,
    events,
    range,
    theme,
    format: f,
    width,
    height,
    volumeName: t("volume"),
  });
  const at = pointed ?? rows.at(-1);
  const event = events?.filter((one) => one.date === at?.date) ?? [];
  return (
    <figure className={chart.chart}>
      <ChartTools
        name={name}
        query={query}
        whole={whole}
        range={range}
        onRange={props.onRange ?? setOwn}
        table={table}
        onTable={setTable}
        png={png}
      />
      <p className={css.read} aria-hidden="true">
        {at && (
          <>
            <strong>{f.date(at.date)}</strong>
            <span>
              {t("open")} {f.number(at.open, 2)}
            </span>
            <span>
              {t("high")} {f.number(at.high, 2)}
            </span>
            <span>
              {t("low")} {f.number(at.low, 2)}
            </span>
            <span>
              {t("closePrice")} <strong>{f.number(at.close, 2)}</strong>
            </span>
            <span>
              {t("volume")} {f.compact(at.volume)}
            </span>
            {event.map((one) => (
              <span key={one.label} className={css.event}>
                {one.label}
                {one.detail && ` · ${one.detail}`}
              </span>
            ))}
          </>
        )}
      </p>
      <div className={chart.stage} style={{ height }}>
        <Suspense>
          {table && <CandleTable title={title} rows={rows} range={range} height={height} />}
        </Suspense>
        <div
          ref={box}
          className={chart.plot}
          role="img"
          aria-label={t("chartOf", { title })}
          data-hidden={table || undefined}
          data-drawn={ready || undefined}
        />
        {near && !ready && !table && (
          <div className={chart.waiting}>
            <Skeleton shape="chart" height={height} />
          </div>
        )}
      </div>
      <p className={css.credit}>
        <a href="https://www.tradingview.com/" rel="noreferrer" target="_blank">
          TradingView Lightweight Charts™
        </a>
      </p>
    </figure>
  );
}
