/** The order of rows and columns, by TanStack Table. */

import {
  columnOrderingFeature,
  columnVisibilityFeature,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useMemo } from "react";
import { usePreferences } from "@/lib/preferences";
import type { CellValue, Column, GridView } from "./types";

const features = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  columnOrderingFeature,
  sortedRowModel: createSortedRowModel(),
});

const NONE: never[] = [];

export function compare(a: CellValue, b: CellValue, collator: Intl.Collator): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return collator.compare(String(a), String(b));
}

export interface GridModel<Row> {
  columns: Column<Row>[];
  /** Local rows in order; empty for rows of the server. */
  rows: Row[];
}

export function useGridModel<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[] | undefined,
  view: GridView,
): GridModel<Row> {
  const { language } = usePreferences();
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const defs = useMemo(() => {
    const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
    return columns.map((column) => ({
      id: column.id,
      accessorFn: (row: Row) => column.value(row) ?? undefined,
      // What is not known stands last, whichever way the rest is sorted.
      sortUndefined: "last" as const,
      sortFn: (a: { original: Row }, b: { original: Row }) =>
        compare(column.value(a.original), column.value(b.original), collator),
    }));
  }, [columns, language]);
  const shown = view.columns?.filter((id) => byId.has(id)) ?? null;
  const order = shown ?? columns.filter((column) => !column.hidden).map((column) => column.id);
  const visibility: Record<string, boolean> = {};
  for (const column of columns) visibility[column.id] = order.includes(column.id);
  const table = useTable({
    features,
    columns: defs as never,
    data: (rows ?? NONE) as never[],
    state: {
      sorting: view.sort && byId.has(view.sort.id) ? [view.sort] : NONE,
      columnVisibility: visibility,
      columnOrder: order,
    },
  });
  const leaves = (table.getVisibleLeafColumns() as { id: string }[]).map((leaf) => leaf.id).join();
  const sorted = table.getRowModel().rows as { original: Row }[];
  return {
    // The same array while the same columns are shown: rows are drawn again for a new one.
    columns: useMemo(() => leaves.split(",").flatMap((id) => byId.get(id) ?? []), [leaves, byId]),
    rows: useMemo(() => sorted.map((row) => row.original), [sorted]),
  };
}
