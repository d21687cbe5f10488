/** What stands where something is loading: of the same size and shape, so that nothing jumps. */

import { useWords } from "@/lib/words";
import css from "./Skeleton.module.css";
import { words } from "./words";

export interface SkeletonProps {
  shape: "text" | "chart" | "table" | "bars" | "treemap" | "stats";
  /** Height in px, as high as what will stand here; otherwise it follows from the rows. */
  height?: number;
  rows?: number;
}

const WIDTHS = [92, 71, 84, 63, 78, 58, 88, 67];

export function Skeleton({ shape, height, rows = 6 }: SkeletonProps) {
  const t = useWords(words);
  return (
    <div role="status" className={css.skeleton} data-shape={shape} style={styleOf(shape, height)}>
      <span className="visually-hidden">{t("loading")}</span>
      <Shape shape={shape} rows={rows} />
    </div>
  );
}

function styleOf(shape: SkeletonProps["shape"], height: number | undefined) {
  if (shape === "chart" || shape === "treemap") return { height: height ?? 240 };
  return height ? { height } : undefined;
}

function Shape({ shape, rows }: { shape: SkeletonProps["shape"]; rows: number }) {
  if (shape === "chart") {
    return (
      <svg aria-hidden="true" viewBox="0 0 100 40" preserveAspectRatio="none">
        <path d="M0 30 L12 26 L22 28 L34 18 L46 22 L58 14 L70 17 L82 9 L100 12" />
      </svg>
    );
  }
  if (shape === "treemap") {
    return (
      <div aria-hidden="true" className={css.treemap}>
        <i />
        <i />
        <i />
        <i />
        <i />
      </div>
    );
  }
  const names = Array.from({ length: rows }, (_, at) => `row-${at}`);
  return names.map((name, at) => (
    <div aria-hidden="true" className={css.row} key={name}>
      <i style={{ width: `${WIDTHS[at % WIDTHS.length] ?? 80}%` }} />
      {shape === "table" && <i className={css.figure} />}
    </div>
  ));
}
