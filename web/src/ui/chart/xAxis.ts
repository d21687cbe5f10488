/** The axis of days or categories: labels that stand level, as many as fit. */

import { days, widened } from "./extent";
import { short } from "./labels";
import { escaped, type FigureOptions, LETTER_PX, type Placed, sideRoom } from "./placed";
import type { Series } from "./types";

export function xAxis({ theme, range, series }: FigureOptions, timed: boolean, placed: Placed[]) {
  const known = days(series);
  const whole = known && widened(known);
  return {
    type: timed ? "date" : "category",
    range: timed ? (range ? widened(range) : whole) : undefined,
    anchor: placed.length > 1 || timed ? "free" : "y",
    position: 0,
    showgrid: false,
    zeroline: false,
    linecolor: theme.rule,
    ticks: timed ? "outside" : "",
    ticklen: 4,
    tickcolor: theme.rule,
    tickfont: { color: theme.ink3, size: 12 },
    tickformatstops: timed ? STOPS : undefined,
    automargin: !timed,
    showspikes: timed,
    spikemode: "across",
    spikesnap: "data",
    spikethickness: 1,
    spikedash: "solid",
    spikecolor: theme.ink3,
    hoverformat: "%d/%m/%Y",
    // Bars of trading days stand side by side, without the holes of weekends.
    rangebreaks: weekdaysOnly(series, timed) ? [{ bounds: ["sat", "mon"] }] : undefined,
    minallowed: timed ? whole?.[0] : undefined,
    maxallowed: timed ? whole?.[1] : undefined,
  };
}

/** As many labels as stand beside each other, none leaning. */
export function steps({ series, width }: FigureOptions, timed: boolean, left: number) {
  const lines = series.some((one) => (one.kind ?? "line") === "line");
  const inner = Math.max(width - left - (lines ? sideRoom(series, width) : 8), 1);
  const level = { tickangle: 0, ticklabeloverflow: "hide past div" };
  if (timed) return { ...level, nticks: Math.max(2, Math.min(8, Math.floor(inner / 58))) };
  const names = [...new Set(series.flatMap((one) => one.x.map(String)))];
  const letters = Math.floor(inner / Math.max(names.length, 1) / LETTER_PX) - 1;
  const longest = Math.max(0, ...names.map((name) => name.length));
  if (letters >= longest) return level;
  if (letters >= 6) {
    return {
      ...level,
      tickvals: names,
      ticktext: names.map((name) => escaped(short(name, letters))),
    };
  }
  const most = Math.floor(inner / ((longest + 2) * LETTER_PX));
  return { ...level, nticks: Math.max(2, most) };
}

function weekdaysOnly(series: readonly Series[], timed: boolean): boolean {
  if (!timed || !series.some((one) => one.kind === "bar")) return false;
  return series.every((one) =>
    one.x.every((x) => {
      const weekday = new Date(`${String(x).slice(0, 10)}T12:00:00Z`).getUTCDay();
      return weekday !== 0 && weekday !== 6;
    }),
  );
}

const STOPS = [
  { dtickrange: [null, "M1"], value: "%d %b" },
  { dtickrange: ["M1", "M12"], value: "%b %Y" },
  { dtickrange: ["M12", null], value: "%Y" },
];
