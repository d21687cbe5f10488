/** Draws candles with lightweight-charts into an element, and tells what is pointed at. */

import type {
  IChartApi,
  ISeriesApi,
  MouseEventParams,
  TickMarkType,
  Time,
} from "lightweight-charts";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { save } from "@/api/download";
import { coloursOf } from "@/lib/colours";
import type { Format } from "@/lib/format";
import { type Candle, type CandleLine, isWhole } from "./candles";
import { type ChartTheme, faint } from "./theme";
import type { ChartEvent } from "./types";
import { useNear } from "./useNear";

export interface CandleOptions {
  rows: readonly Candle[];
  lines?: readonly CandleLine[];
  events?: readonly ChartEvent[];
  range: [string, string] | null;
  theme: ChartTheme;
  format: Format;
  width: number;
  height: number;
  volumeName: string;
}

type Library = typeof import("lightweight-charts");

interface Drawn {
  chart: IChartApi;
  candles: ISeriesApi<"Candlestick">;
}

function look(theme: ChartTheme, f: Format) {
  const border = { borderColor: theme.rule };
  return {
    layout: {
      background: { color: "transparent" },
      textColor: theme.ink2,
      fontFamily: theme.font,
      fontSize: 12,
      attributionLogo: false,
      panes: { separatorColor: theme.rule, enableResize: false },
    },
    grid: { vertLines: { visible: false }, horzLines: { color: theme.rule } },
    rightPriceScale: border,
    timeScale: {
      ...border,
      minBarSpacing: 0.4,
      // Labels at both ends then stand within the chart.
      fixLeftEdge: true,
      fixRightEdge: true,
      tickMarkFormatter: (day: Time, kind: TickMarkType) => tickOf(String(day), kind, f),
    },
    crosshair: {
      vertLine: { color: theme.ink3, labelBackgroundColor: theme.ink2 },
      horzLine: { color: theme.ink3, labelBackgroundColor: theme.ink2 },
    },
    localization: { locale: f.language, dateFormat: "dd/MM/yyyy" },
  };
}

const YEAR = 0;
const MONTH = 1;

/** A year, a month or a day: as short as it can be said. */
function tickOf(day: string, kind: TickMarkType, f: Format): string {
  if (kind === YEAR) return day.slice(0, 4);
  if (kind === MONTH) return f.month(day).split(" ")[0] ?? "";
  return String(Number(day.slice(8, 10)));
}

function draw(lib: Library, node: HTMLElement, options: CandleOptions): Drawn {
  const { theme, format: f, width, height, rows } = options;
  const chart = lib.createChart(node, { ...look(theme, f), width, height });
  const candles = chart.addSeries(lib.CandlestickSeries, {
    upColor: theme.upFill,
    downColor: theme.downFill,
    wickUpColor: theme.upFill,
    wickDownColor: theme.downFill,
    borderVisible: false,
    priceLineVisible: false,
    priceFormat: {
      type: "custom",
      minMove: 0.01,
      formatter: (price: number) => f.number(price, 2),
    },
  });
  candles.setData(
    rows.map((row) =>
      isWhole(row)
        ? { time: row.date, open: row.open, high: row.high, low: row.low, close: row.close }
        : { time: row.date },
    ),
  );
  if (rows.some((row) => row.volume !== null && row.volume !== undefined)) {
    const volume = chart.addSeries(
      lib.HistogramSeries,
      {
        priceLineVisible: false,
        lastValueVisible: false,
        priceFormat: { type: "custom", minMove: 1, formatter: (n: number) => f.compact(n) },
      },
      1,
    );
    volume.setData(
      rows.map((row) => ({
        time: row.date,
        value: row.volume ?? 0,
        color: faint((row.close ?? 0) < (row.open ?? 0) ? theme.downFill : theme.upFill, 0.6),
      })),
    );
    chart.panes()[0]?.setStretchFactor(4);
    chart.panes()[1]?.setStretchFactor(1);
  }
  addLines(lib, chart, options);
  if (options.events?.length) mark(lib, candles, options);
  return { chart, candles };
}

function addLines(lib: Library, chart: IChartApi, { lines = [], theme }: CandleOptions) {
  const colours = coloursOf(
    lines.map((line) => line.name),
    theme.dark ? "dark" : "light",
  );
  for (const line of lines) {
    const series = chart.addSeries(lib.LineSeries, {
      color: line.colour ?? colours.get(line.name) ?? theme.benchmark,
      lineWidth: 1,
      title: line.name,
      priceLineVisible: false,
      lastValueVisible: false,
    });
    series.setData(
      line.x.map((time, at) => {
        const value = line.y[at];
        return value === null || value === undefined ? { time } : { time, value };
      }),
    );
  }
}

function mark(lib: Library, candles: ISeriesApi<"Candlestick">, options: CandleOptions) {
  const { events = [], rows, theme } = options;
  const known = new Set(rows.map((row) => row.date));
  lib.createSeriesMarkers(
    candles,
    events
      .filter((event) => known.has(event.date))
      .sort((a, b) => (a.date < b.date ? -1 : 1))
      .map((event) => ({
        time: event.date,
        position: "belowBar" as const,
        shape: event.kind === "split" ? ("square" as const) : ("circle" as const),
        color: event.kind === "split" ? theme.accent : theme.warn,
        size: 0.8,
      })),
  );
}

export function useCandles(box: RefObject<HTMLDivElement | null>, options: CandleOptions) {
  const [library, setLibrary] = useState<Library | null>(null);
  const [ready, setReady] = useState(false);
  const [pointed, setPointed] = useState<Candle | null>(null);
  const drawn = useRef<Drawn | null>(null);
  const { rows, lines, events, theme, format, width, height, volumeName, range } = options;
  const latest = useRef(options);
  latest.current = options;
  const byDay = useMemo(() => new Map(rows.map((row) => [row.date, row])), [rows]);
  const sized = width > 0;
  const near = useNear(box);

  useEffect(() => {
    if (!near) return;
    let here = true;
    void import("lightweight-charts").then((loaded) => here && setLibrary(loaded));
    return () => {
      here = false;
    };
  }, [near]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew when what is drawn changes
  useEffect(() => {
    const node = box.current;
    if (!library || !node || !sized) return;
    const made = draw(library, node, latest.current);
    drawn.current = made;
    made.chart.subscribeCrosshairMove((event: MouseEventParams<Time>) =>
      setPointed(event.time ? (byDay.get(String(event.time)) ?? null) : null),
    );
    setReady(true);
    return () => {
      drawn.current = null;
      made.chart.remove();
    };
  }, [library, box, sized, rows, lines, events, theme, format, volumeName, byDay]);

  useEffect(() => {
    if (ready && width) drawn.current?.chart.resize(width, height);
  }, [width, height, ready]);

  const [from, until] = range ?? [];
  // biome-ignore lint/correctness/useExhaustiveDependencies: also after drawing anew
  useEffect(() => {
    const scale = drawn.current?.chart.timeScale();
    if (!scale || !from || !until || !rows.length) return;
    const first = rows.findIndex((row) => row.date >= from);
    const after = rows.findIndex((row) => row.date > until);
    const last = after < 0 ? rows.length - 1 : after - 1;
    scale.setVisibleLogicalRange({ from: Math.max(first, 0) - 0.5, to: last + 0.5 });
  }, [from, until, ready, rows, theme, format, events, lines]);

  async function png(name: string) {
    const shot = drawn.current?.chart.takeScreenshot(true);
    if (!shot) return;
    const canvas = document.createElement("canvas");
    canvas.width = shot.width;
    canvas.height = shot.height;
    const context = canvas.getContext("2d");
    if (!context) return;
    context.fillStyle = theme.paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(shot, 0, 0);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (blob) save(blob, `${name}.png`);
  }

  return { ready, near, pointed, png };
}
