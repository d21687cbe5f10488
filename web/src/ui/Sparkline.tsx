/** A small line without axes: the shape of a series, beside its figure. */

import css from "./Sparkline.module.css";

export interface SparklineProps {
  values: readonly (number | null)[];
  width?: number;
  height?: number;
  /** Colour by the way from first to last; otherwise ink. */
  trend?: boolean;
  /** What it shows, for who does not see it. */
  label: string;
}

/** Path over the known values; a gap breaks the line. */
export function sparkPath(values: readonly (number | null)[], width: number, height: number) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return "";
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const step = width / (values.length - 1);
  let path = "";
  let pen = "M";
  values.forEach((value, at) => {
    if (value === null) {
      pen = "M";
      return;
    }
    const y = height - 1 - ((value - low) / span) * (height - 2);
    path += `${pen}${(at * step).toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  });
  return path;
}

export function Sparkline({
  values,
  width = 72,
  height = 20,
  trend = true,
  label,
}: SparklineProps) {
  const known = values.filter((value) => value !== null);
  const first = known[0];
  const last = known.at(-1);
  const way =
    first === undefined || last === undefined || first === last
      ? "flat"
      : last > first
        ? "up"
        : "down";
  return (
    <svg
      className={css.spark}
      data-way={trend ? way : "flat"}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <path d={sparkPath(values, width, height)} />
    </svg>
  );
}
