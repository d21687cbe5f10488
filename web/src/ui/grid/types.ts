/** What a grid is told: columns, the chosen view of them, and where rows come from. */

import type { ReactNode } from "react";

export type CellValue = string | number | boolean | null | undefined;

export interface Column<Row> {
  id: string;
  header: string;
  /** The header on a phone, where three stand on one line. */
  short?: string;
  /** Stands quietly after the header: `R$`, `%`, `R$ mi`. */
  unit?: string;
  /** What the column means, on hover of its header. */
  help?: string;
  /** Least width in px; columns share what is left in proportion. */
  width: number;
  align?: "left" | "right";
  /** What is sorted, copied and shown where there is no `cell`. */
  value: (row: Row) => CellValue;
  cell?: (row: Row) => ReactNode;
  /** False where the order of this column means nothing. */
  sortable?: boolean;
  /** Not shown until chosen. */
  hidden?: boolean;
  /** What it is in a phone's two-line row; without it the column is left out there. */
  phone?: "title" | "note" | "figure";
}

export interface GridSort {
  id: string;
  desc: boolean;
}

export interface GridView {
  /** Ids of the shown columns in their order; null is the default. */
  columns: string[] | null;
  sort: GridSort | null;
}

/** Rows on the server, known a window at a time. */
export interface RowWindow<Row> {
  total: number;
  /** The row at a place, undefined while it is on its way. */
  row: (index: number) => Row | undefined;
  /** Told which rows are in sight. */
  onSight: (first: number, last: number) => void;
  error: Error | null;
  retry: () => void;
  loading: boolean;
}

export type ExportFormat = "xlsx" | "csv" | "parquet";

export interface DataGridProps<Row> {
  /** What the table holds, read aloud. */
  label: string;
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  /** Rows at hand; or `window`. */
  rows?: readonly Row[];
  window?: RowWindow<Row>;
  view?: GridView;
  onView?: (view: GridView) => void;
  onOpen?: (row: Row) => void;
  exportAs?: (format: ExportFormat) => Promise<void>;
  /** Under the columns, by id, where a sum makes sense. */
  totals?: Record<string, ReactNode>;
  height?: number;
  /** Takes the rest of a `Page fill`. */
  fill?: boolean;
  /** Between the count and the buttons: a search field, a switch. */
  tools?: ReactNode;
  /** Without count and buttons: a small table in a panel. */
  bare?: boolean;
  empty?: ReactNode;
}

export const NO_VIEW: GridView = { columns: null, sort: null };
