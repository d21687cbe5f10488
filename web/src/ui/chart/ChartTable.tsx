/** The figures of a chart as a table. */

import { useMemo } from "react";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { DataGrid } from "../grid/DataGrid";
import type { Column } from "../grid/types";
import { words } from "../words";
import { isDays } from "./extent";
import type { ChartProps, Panel } from "./types";
import { ONE_PANEL } from "./types";
import { figure } from "./units";

interface Line {
  x: string;
  values: (number | null)[];
}

/** One row a day (or category), one column a series; the newest day first. */
export function linesOf(series: ChartProps["series"], range: [string, string] | null): Line[] {
  const rows = new Map<string, Line>();
  series.forEach((one, at) => {
    one.x.forEach((x, index) => {
      const key = String(x);
      if (range && (key < range[0] || key.slice(0, 10) > range[1])) return;
      let row = rows.get(key);
      if (!row) {
        row = { x: key, values: series.map(() => null) };
        rows.set(key, row);
      }
      row.values[at] = one.y[index] ?? null;
    });
  });
  const found = [...rows.values()];
  return isDays(series) ? found.sort((a, b) => (a.x < b.x ? 1 : -1)) : found;
}

interface ChartTableProps extends ChartProps {
  range?: [string, string];
}

export function ChartTable(
  props: Omit<ChartTableProps, "range"> & { range: [string, string] | null },
) {
  const { series, panels = ONE_PANEL, title, height = 320, range } = props;
  const t = useWords(words);
  const f = useFormat();
  const timed = isDays(series);
  const rows = useMemo(() => linesOf(series, timed ? range : null), [series, timed, range]);
  const columns = useMemo<Column<Line>[]>(() => {
    const first: Column<Line> = {
      id: "x",
      header: timed ? t("date") : t("name"),
      width: 110,
      value: (row) => row.x,
      cell: (row) => (timed ? f.date(row.x) : row.x),
      phone: "title",
    };
    const panelOf = (id?: string): Panel =>
      panels.find((panel) => panel.id === id) ?? panels[0] ?? { id: "main", unit: "number" };
    return [
      first,
      ...series.map(
        (one, at): Column<Line> => ({
          id: `s${at}`,
          header: one.name,
          width: 120,
          align: "right",
          value: (row) => row.values[at],
          cell: (row) => figure(f, panelOf(one.panel), row.values[at]),
          phone: "figure",
        }),
      ),
    ];
  }, [series, panels, timed, t, f]);
  return (
    <DataGrid
      label={title}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.x}
      height={height}
      bare
    />
  );
}
