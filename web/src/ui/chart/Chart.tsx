/** A chart with its tools: range, table view, PNG, query. Plotly arrives when the first is shown. */

import { lazy, Suspense, useCallback, useMemo, useRef, useState } from "react";
import { usePreferences, useTheme } from "@/lib/preferences";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { ErrorState } from "../ErrorState";
import { useWidth } from "../grid/useWidth";
import { Skeleton } from "../Skeleton";
import { words } from "../words";
import css from "./Chart.module.css";
import { ChartTools } from "./ChartTools";
import { days, isDays } from "./extent";
import type { FigureOptions } from "./placed";
import { readTheme } from "./theme";
import type { ChartProps } from "./types";
import { useNear } from "./useNear";
import { usePlotly } from "./usePlotly";

// Tables come when one is asked for: the first load does not carry the grid.
const ChartTable = lazy(() =>
  import("./ChartTable").then((file) => ({ default: file.ChartTable })),
);

export function Chart(props: ChartProps) {
  const { title, series, panels, events, height = 320, horizontal, ranges = true } = props;
  const t = useWords(words);
  const whole = useMemo(() => (isDays(series) ? days(series) : null), [series]);
  const [own, setOwn] = useState<[string, string] | null>(null);
  const [table, setTable] = useState(false);
  const range = props.range ?? own ?? whole;
  const setRange = useCallback(
    (next: [string, string]) => (props.onRange ? props.onRange(next) : setOwn(next)),
    [props.onRange],
  );
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const options = useFigureOptions({ series, panels, events, horizontal, range, height, width });
  const near = useNear(box);
  const drawn = usePlotly(box, options, { hidden: table, near }, setRange, whole);
  return (
    <figure className={css.chart}>
      <ChartTools
        {...props}
        whole={ranges ? whole : null}
        range={range}
        onRange={setRange}
        table={table}
        onTable={setTable}
        png={drawn.png}
      />
      <div className={css.stage} style={{ height }}>
        <Suspense>{table && <ChartTable {...props} height={height} range={range} />}</Suspense>
        <div
          ref={box}
          className={css.plot}
          role="img"
          aria-label={t("chartOf", { title })}
          aria-hidden={table || undefined}
          data-hidden={table || undefined}
          data-drawn={drawn.ready || undefined}
        />
        {drawn.failed !== null && !table && <ErrorState error={drawn.failed} />}
        {near && !drawn.ready && drawn.failed === null && !table && (
          <div className={css.waiting}>
            <Skeleton shape="chart" height={height} />
          </div>
        )}
      </div>
    </figure>
  );
}

/** Options that keep their identity until something drawn changes. */
function useFigureOptions(given: Omit<FigureOptions, "theme" | "format">): FigureOptions {
  const shown = useTheme();
  const { palette } = usePreferences();
  const format = useFormat();
  // biome-ignore lint/correctness/useExhaustiveDependencies: tokens change with these two
  const theme = useMemo(readTheme, [shown, palette]);
  const { series, panels, events, horizontal, height, width } = given;
  const [from, until] = given.range ?? [];
  return useMemo(
    () => ({
      series,
      panels,
      events,
      horizontal,
      height,
      width,
      theme,
      format,
      range: from && until ? [from, until] : null,
    }),
    [series, panels, events, horizontal, height, width, theme, format, from, until],
  );
}
