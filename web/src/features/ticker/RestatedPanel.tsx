/** Figures of the ticker that their publisher changed after we had them. */

import { useMemo } from "react";
import type { Origin } from "@/api/client";
import type { components } from "@/api/schema";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { eventWords } from "./eventWords";

type Restated = components["schemas"]["TickerRestated"];

export interface RestatedPanelProps {
  rows: readonly Restated[];
  origin: Origin;
}

export function RestatedPanel({ rows, origin }: RestatedPanelProps) {
  const t = useWords(eventWords);
  const f = useFormat();
  const columns = useMemo<Column<Restated>[]>(
    () => [
      {
        id: "ref_date",
        header: t("day"),
        width: 100,
        value: (row) => row.ref_date,
        cell: (row) => f.date(row.ref_date),
        phone: "title",
      },
      { id: "column", header: t("column"), width: 120, value: (row) => row.column, phone: "note" },
      { id: "before", header: t("was"), width: 110, align: "right", value: (row) => row.before },
      { id: "after", header: t("is"), width: 110, align: "right", value: (row) => row.after },
      {
        id: "seen_at",
        header: t("seenAt"),
        width: 140,
        align: "right",
        value: (row) => row.seen_at,
        cell: (row) => f.instant(row.seen_at),
      },
      { id: "table", header: t("table"), width: 160, value: (row) => row.table },
    ],
    [t, f],
  );
  const title = t("restatedTitle", { n: rows.length });
  return (
    <Panel title={title} origin={origin}>
      <DataGrid
        bare
        label={title}
        columns={columns}
        rows={rows}
        rowKey={(row) => [row.table, row.ref_date, row.column, row.seen_at].join()}
        height={300}
      />
    </Panel>
  );
}
