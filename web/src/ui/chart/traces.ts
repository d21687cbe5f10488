/** Series as Plotly's traces. */

import type { Data } from "plotly.js";
import { BENCHMARKS } from "@/lib/colours";
import { colourOf, escaped, type FigureOptions, type Placed } from "./placed";
import { type ChartTheme, faint } from "./theme";
import type { Series } from "./types";
import { figure } from "./units";

type Trace = Record<string, unknown>;

export function traces(
  placed: Placed,
  colours: Map<string, string>,
  options: FigureOptions,
): Data[] {
  const found: Trace[] = [];
  for (const one of placed.series) {
    const colour = colourOf(one, colours, options.theme);
    found.push(...bands(one, placed, colour));
    const kind = one.kind ?? "line";
    if (kind === "bar") found.push(bar(one, placed, colour, options));
    else if (kind === "box") found.push(box(one, placed, colour));
    else found.push(line(one, placed, colour, options));
  }
  return found as Data[];
}

/** Texts of the hover in our formats. */
function hover(one: Series, placed: Placed, options: FigureOptions): Trace {
  return {
    name: escaped(one.name),
    text: one.y.map((value) => figure(options.format, placed.panel, value)),
    hovertemplate: `${escaped(one.name)}  <b>%{text}</b><extra></extra>`,
    textposition: "none",
  };
}

function line(one: Series, placed: Placed, colour: string, options: FigureOptions): Trace {
  const kind = one.kind ?? "line";
  const entity = (one.entity ?? one.name).toUpperCase();
  const reference = BENCHMARKS.has(entity) || one.tone === "benchmark";
  const dash = one.dash ?? entity === "CDI";
  const trace: Trace = {
    type: "scatter",
    mode: kind === "dots" ? "markers" : "lines",
    x: one.x,
    y: one.y,
    yaxis: placed.axis,
    line: {
      color: colour,
      width: reference ? 1.25 : 1.75,
      dash: dash ? "4px,3px" : "solid",
      shape: kind === "step" ? "hv" : "linear",
    },
    marker: { color: colour, size: 5 },
    connectgaps: false,
    ...hover(one, placed, options),
  };
  delete trace.textposition;
  if (kind === "area") {
    if (one.stack) {
      trace.stackgroup = one.stack;
      trace.fillcolor = faint(colour, 0.55);
      trace.line = { color: colour, width: 0.5 };
    } else {
      trace.fill = "tozeroy";
      trace.fillcolor = faint(colour, 0.22);
    }
  }
  return trace;
}

function bar(one: Series, placed: Placed, colour: string, options: FigureOptions): Trace {
  const fill = one.sign ? signs(one, options.theme) : colour;
  const [names, values] = options.horizontal ? ["y", "x"] : ["x", "y"];
  return {
    type: "bar",
    orientation: options.horizontal ? "h" : "v",
    [names]: one.x,
    [values]: one.y,
    ...(options.horizontal ? {} : { yaxis: placed.axis }),
    marker: { color: fill, line: { width: 0 } },
    ...hover(one, placed, options),
  };
}

function signs(one: Series, theme: ChartTheme): string[] {
  return one.y.map((value) => ((value ?? 0) < 0 ? theme.downFill : theme.upFill));
}

function box(one: Series, placed: Placed, colour: string): Trace {
  return {
    type: "box",
    x: one.x,
    y: one.y,
    yaxis: placed.axis,
    name: escaped(one.name),
    marker: { color: colour, size: 3 },
    line: { width: 1 },
    boxpoints: "outliers",
  };
}

/** A band is two lines without ink, the room between them filled. */
function bands(one: Series, placed: Placed, colour: string): Trace[] {
  if (!one.low || !one.high) return [];
  const edge = {
    type: "scatter",
    mode: "lines",
    x: one.x,
    yaxis: placed.axis,
    line: { width: 0 },
    hoverinfo: "skip",
  };
  return [
    { ...edge, y: one.low },
    { ...edge, y: one.high, fill: "tonexty", fillcolor: faint(colour, 0.16) },
  ];
}
