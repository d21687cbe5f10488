/** Panels in their places, and the colour of each series. */

import { BENCHMARKS } from "@/lib/colours";
import type { Format } from "@/lib/format";
import type { ChartTheme } from "./theme";
import { type ChartProps, ONE_PANEL, type Panel, type Series } from "./types";

export interface FigureOptions
  extends Pick<ChartProps, "series" | "panels" | "events" | "horizontal"> {
  theme: ChartTheme;
  format: Format;
  range: [string, string] | null;
  height: number;
  width: number;
}

export interface Placed {
  panel: Panel;
  series: Series[];
  /** `y`, `y2`...: Plotly's name of the axis. */
  axis: string;
  domain: [number, number];
}

const GAP_PX = 40;
/** Above and below the panels: a title and the axis of days. */
export const FRAME_PX = 50;
const EVENTS_PX = 16;

/** Panels from above to below with their parts of the height. */
export function place(options: FigureOptions): Placed[] {
  const panels = options.panels ?? ONE_PANEL;
  const first = panels[0]?.id;
  const inner = Math.max(options.height - FRAME_PX, 1);
  const gap = GAP_PX / inner;
  const floor = options.events?.length ? EVENTS_PX / inner : 0;
  const room = 1 - floor - gap * (panels.length - 1);
  const whole = panels.reduce((sum, panel) => sum + (panel.share ?? 1), 0);
  let top = 1;
  return panels.map((panel, at) => {
    const size = ((panel.share ?? 1) / whole) * room;
    const domain: [number, number] = [Math.max(top - size, 0), top];
    top -= size + gap;
    return {
      panel,
      axis: at ? `y${at + 1}` : "y",
      domain,
      series: options.series.filter((one) => (one.panel ?? first) === panel.id),
    };
  });
}

/** Room on the right for the names of lines, in px at the most. */
export function mostSide(width: number): number {
  return Math.min(Math.max(width * 0.25, 96), 150);
}

/** A letter of 12 px, of the wider kind. */
export const LETTER_PX = 7.2;

/** Room on the right for names of lines, never more than a quarter. */
export function sideRoom(series: readonly Series[], width: number): number {
  const longest = series
    .filter((one) => !one.unlabelled && (one.kind ?? "line") === "line")
    .reduce((most, one) => Math.max(most, one.name.length), 0);
  return Math.min(longest * LETTER_PX + 10, mostSide(width));
}

export function colourOf(one: Series, colours: Map<string, string>, theme: ChartTheme): string {
  const tones = {
    up: theme.upFill,
    down: theme.downFill,
    benchmark: theme.benchmark,
    accent: theme.accent,
    warn: theme.warn,
    quiet: theme.ink3,
  };
  if (one.tone) return tones[one.tone];
  const entity = one.entity ?? one.name;
  if (BENCHMARKS.has(entity.toUpperCase())) return theme.benchmark;
  return colours.get(entity) ?? theme.accent;
}

/** Plotly reads a little HTML in texts: names of funds must not be read as that. */
export function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
