/** A chart as Plotly's data and layout: pure, so that it can be tested without a browser. */

import type { Data, Layout } from "plotly.js";
import { BENCHMARKS, coloursOf } from "@/lib/colours";
import type { Format } from "@/lib/format";
import { extent, isDays } from "./extent";
import { labels } from "./labels";
import { escaped, type FigureOptions, type Placed, place, sideRoom } from "./placed";
import type { ChartTheme } from "./theme";
import { traces } from "./traces";
import type { ChartEvent } from "./types";
import { ticks } from "./units";
import { steps, xAxis } from "./xAxis";

export interface Figure {
  data: Data[];
  layout: Partial<Layout>;
}

export function figureOf(options: FigureOptions): Figure {
  const { theme, format, events, series, horizontal } = options;
  const placed = place(options);
  const timed = isDays(series);
  const own = series
    .map((one) => one.entity ?? one.name)
    .filter((entity) => !BENCHMARKS.has(entity.toUpperCase()));
  const colours = coloursOf(own, theme.dark ? "dark" : "light");
  const data: Data[] = [];
  for (const one of placed) data.push(...traces(one, colours, options));
  if (events?.length) data.push(marks(events, theme, format));
  const axes = placed.map((one) => yAxis(one, options));
  const left = sideOf(axes.flatMap((axis) => axis.ticktext ?? []));
  const layout: Record<string, unknown> = {
    ...frame(options, left),
    annotations: labels(placed, colours, options, left),
    shapes: bases(placed, theme),
  };
  if (horizontal) Object.assign(layout, lying(placed[0], options));
  else {
    layout.xaxis = { ...xAxis(options, timed, placed), ...steps(options, timed, left) };
    placed.forEach((one, at) => {
      layout[one.axis.replace("y", "yaxis")] = axes[at];
    });
  }
  if (events?.length) {
    layout.yaxis9 = { domain: [0, 0.001], visible: false, fixedrange: true, range: [-1, 1] };
  }
  return { data, layout: layout as Partial<Layout> };
}

/** Room on the left for the widest tick, so that titles can begin at the very edge. */
function sideOf(texts: readonly string[]): number {
  return Math.max(24, ...texts.map((text) => text.length * 6.8 + 8));
}

function frame(options: FigureOptions, left: number) {
  const { theme, format, height, width, horizontal, series } = options;
  const named = !horizontal && series.some((one) => (one.kind ?? "line") === "line");
  return {
    height,
    width,
    autosize: false,
    margin: {
      l: horizontal ? 4 : left,
      r: named ? sideRoom(series, width) : 8,
      t: 22,
      b: 28,
      pad: 0,
    },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, size: 12, color: theme.ink2 },
    separators: format.language === "pt-BR" ? ",." : ".,",
    showlegend: false,
    hovermode: horizontal ? "y" : "x unified",
    hoversubplots: "axis",
    hoverlabel: {
      bgcolor: theme.raised,
      bordercolor: theme.rule,
      font: { family: theme.font, size: 12, color: theme.ink },
      align: "left",
      namelength: 40,
    },
    dragmode: "pan",
    bargap: 0.15,
    barmode: series.some((one) => one.stack) ? "relative" : "group",
  };
}

export function yAxis(one: Placed, { theme, format, range, height }: FigureOptions) {
  const [low, high] = extent(one.panel, one.series, range);
  const px = (one.domain[1] - one.domain[0]) * height;
  const marks = ticks(format, one.panel.unit, low, high, Math.max(2, Math.round(px / 56)));
  return {
    domain: one.domain,
    range: [low, high],
    type: one.panel.log ? "log" : "linear",
    autorange: one.panel.log ? true : undefined,
    fixedrange: true,
    tickvals: one.panel.log ? undefined : marks.values,
    ticktext: one.panel.log ? undefined : marks.texts,
    showgrid: true,
    gridcolor: theme.rule,
    gridwidth: 1,
    zeroline: false,
    side: "left",
    ticklabelposition: "outside",
    tickfont: { color: theme.ink3, size: 12 },
    automargin: one.panel.log,
  };
}

/** Lying bars: values to the right, names at the left. */
function lying(one: Placed | undefined, { theme, format, width }: FigureOptions) {
  if (!one) return {};
  const [low, high] = extent(one.panel, one.series, null);
  const marks = ticks(format, one.panel.unit, low, high, Math.max(2, Math.round(width / 140)));
  return {
    xaxis: {
      range: [low, high],
      tickvals: marks.values,
      ticktext: marks.texts,
      showgrid: true,
      gridcolor: theme.rule,
      zeroline: true,
      zerolinecolor: theme.ink3,
      tickfont: { color: theme.ink3 },
      fixedrange: true,
    },
    yaxis: {
      type: "category",
      autorange: "reversed",
      automargin: true,
      fixedrange: true,
      ticks: "",
      ticksuffix: " ",
      tickfont: { color: theme.ink2 },
    },
  };
}

function bases(placed: Placed[], theme: ChartTheme) {
  return placed.flatMap((one) => {
    const zero = one.series.some((s) => s.kind === "bar" || s.kind === "area");
    const base = one.panel.base ?? (zero ? 0 : null);
    if (base === null) return [];
    return {
      type: "line",
      xref: "paper",
      x0: 0,
      x1: 1,
      yref: one.axis,
      y0: base,
      y1: base,
      line: { color: theme.ink3, width: 1 },
      layer: "above",
    };
  });
}

function marks(events: readonly ChartEvent[], theme: ChartTheme, f: Format): Data {
  return {
    type: "scatter",
    mode: "markers",
    name: "",
    x: events.map((event) => event.date),
    y: events.map(() => 0),
    yaxis: "y9",
    marker: {
      symbol: "diamond",
      size: 9,
      color: theme.warn,
      line: { width: 1, color: theme.paper },
    },
    text: events.map(
      (event) =>
        `<b>${escaped(event.label)}</b> ${f.date(event.date)}${event.detail ? `<br>${escaped(event.detail)}` : ""}`,
    ),
    hovertemplate: "%{text}<extra></extra>",
    cliponaxis: false,
  } as unknown as Data;
}
