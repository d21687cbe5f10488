/** Names at the ends of lines, and titles over panels, instead of a legend. */

import { extent } from "./extent";
import {
  colourOf,
  escaped,
  type FigureOptions,
  FRAME_PX,
  LETTER_PX,
  mostSide,
  type Placed,
} from "./placed";
import type { Series } from "./types";

interface End {
  one: Series;
  x: string | number;
  /** Pixels from the panel's top. */
  at: number;
}

const LINE_PX = 14;

export function labels(
  placed: Placed[],
  colours: Map<string, string>,
  options: FigureOptions,
  left: number,
) {
  if (options.horizontal) return [];
  return placed.flatMap((one) => [...titles(one, options, left), ...names(one, colours, options)]);
}

function titles(one: Placed, { theme }: FigureOptions, left: number) {
  if (!one.panel.title) return [];
  return [
    {
      text: escaped(one.panel.title),
      xref: "paper",
      x: 0,
      xanchor: "left",
      xshift: -left,
      yshift: 3,
      yref: "paper",
      y: one.domain[1],
      yanchor: "bottom",
      showarrow: false,
      font: { size: 12, color: theme.ink2 },
    },
  ];
}

/** Where each line ends in sight. */
function ends(one: Placed, options: FigureOptions): End[] {
  const range = options.range;
  const [low, high] = extent(one.panel, one.series, range);
  const px = (one.domain[1] - one.domain[0]) * (options.height - FRAME_PX);
  return one.series.flatMap((series) => {
    const kind = series.kind ?? "line";
    if (series.unlabelled || (kind !== "line" && kind !== "step")) return [];
    for (let at = series.x.length - 1; at >= 0; at -= 1) {
      const [x, y] = [series.x[at], series.y[at]];
      if (x === undefined || y === null || y === undefined) continue;
      if (range && String(x).slice(0, 10) > range[1]) continue;
      return { one: series, x, at: ((high - y) / (high - low || 1)) * px };
    }
    return [];
  });
}

/** Moves labels apart until none covers another. */
export function apart(places: readonly number[], least = LINE_PX): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  for (let round = 0; round < 40; round += 1) {
    let moved = false;
    for (let at = 1; at < order.length; at += 1) {
      const [above, below] = [order[at - 1], order[at]];
      if (!above || !below) continue;
      const lack = least - (below.place - above.place);
      if (lack > 0.01) {
        above.place -= lack / 2;
        below.place += lack / 2;
        moved = true;
      }
    }
    if (!moved) break;
  }
  const found = [...places];
  for (const { place, index } of order) found[index] = place;
  return found;
}

function names(one: Placed, colours: Map<string, string>, options: FigureOptions) {
  const found = ends(one, options);
  if (found.length < 2 && one.series.length < 2) return [];
  const places = apart(found.map((end) => end.at));
  const room = Math.floor((mostSide(options.width) - 8) / LETTER_PX);
  return found.map((end, index) => ({
    text: escaped(short(end.one.name, room)),
    xref: "paper",
    x: 1,
    xanchor: "left",
    xshift: 5,
    yref: "paper",
    y: one.domain[1],
    yshift: -(places[index] ?? 0),
    yanchor: "middle",
    showarrow: false,
    font: { size: 12, color: colourOf(end.one, colours, options.theme) },
  }));
}

export function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
}
