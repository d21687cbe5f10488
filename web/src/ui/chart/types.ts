/** What a chart is told; how it is drawn is the kit's. */

export type Unit = "money" | "percent" | "number" | "quota" | "integer" | "points";
export type X = string | number;

export interface Series {
  name: string;
  /** Whose colour it has: a CNPJ, a ticker, "CDI"; the name where left out. */
  entity?: string;
  /** ISO days, or categories. */
  x: readonly X[];
  y: readonly (number | null)[];
  kind?: "line" | "area" | "bar" | "dots" | "step" | "box";
  /** The panel it stands in; the first where left out. */
  panel?: string;
  /** Up and down colours by sign: flows, changes. */
  sign?: boolean;
  /** A fixed colour with a meaning. */
  tone?: "up" | "down" | "benchmark" | "accent" | "warn" | "quiet";
  dash?: boolean;
  /** A band round the line, of equal length. */
  low?: readonly (number | null)[];
  high?: readonly (number | null)[];
  /** Bars of one stack stand upon each other; areas of one stack too. */
  stack?: string;
  /** Without a name at the line's end. */
  unlabelled?: boolean;
}

export interface Panel {
  id: string;
  title?: string;
  unit: Unit;
  /** Its part of the height. */
  share?: number;
  /** A line across at this value: 0 under flows, 100 under an index. */
  base?: number;
  /** Text over the unit's own for ticks and hovers: `ratio` of 0.01 is 1 %. */
  log?: boolean;
  /** Decimals of its figures, where the unit's own do not fit. */
  places?: number;
}

export interface ChartEvent {
  date: string;
  label: string;
  detail?: string;
  kind?: "split" | "dividend" | "restatement" | "registry" | "note";
}

export interface ChartProps {
  /** The finding or the question, read aloud; the panel shows it. */
  title: string;
  /** File name of the PNG, without the ending. */
  name: string;
  series: readonly Series[];
  panels?: readonly Panel[];
  height?: number;
  events?: readonly ChartEvent[];
  /** False: no buttons of ranges, for categories and short series. */
  ranges?: boolean;
  range?: [string, string];
  onRange?: (days: [string, string]) => void;
  /** SQL behind it: links to the workbench. */
  query?: string;
  /** Bars lie: categories run down, values to the right. */
  horizontal?: boolean;
}

export const ONE_PANEL: readonly Panel[] = [{ id: "main", unit: "number" }];
