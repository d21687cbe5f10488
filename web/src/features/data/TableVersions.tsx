/** Every version of a table: when, by which run, from which versions of its inputs. */

import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import type { TableVersion } from "./types";
import { words } from "./words";

export function TableVersions({ name }: { name: string }) {
  const t = useWords(words);
  const f = useFormat();
  const history = useAnswer("/api/v1/tables/{name}/history", { params: { path: { name } } });
  const columns = useMemo<Column<TableVersion>[]>(() => {
    const counted = (found: Record<string, number> = {}) =>
      Object.entries(found)
        .map(([what, n]) => `${what} ${f.integer(n)}`)
        .join(", ");
    return [
      {
        id: "number",
        header: t("version"),
        width: 80,
        align: "right",
        value: (one) => one.number,
        phone: "title",
      },
      {
        id: "at",
        header: t("changedAt"),
        width: 150,
        value: (one) => one.at,
        cell: (one) => f.instant(one.at),
        phone: "note",
      },
      { id: "operation", header: t("operation"), width: 130, value: (one) => one.operation },
      {
        id: "run",
        header: t("run"),
        width: 200,
        value: (one) => one.run_id,
        cell: (one) => <span className="mono">{one.run_id || "–"}</span>,
      },
      { id: "code", header: t("code"), width: 80, value: (one) => one.code },
      {
        id: "rows",
        header: t("rows"),
        width: 100,
        align: "right",
        value: (one) => one.rows,
        cell: (one) => (one.rows ? f.integer(one.rows) : "–"),
        phone: "figure",
      },
      {
        id: "partitions",
        header: t("partitions"),
        width: 90,
        align: "right",
        value: (one) => one.partitions,
        cell: (one) => (one.partitions ? f.integer(one.partitions) : "–"),
        phone: "figure",
      },
      {
        id: "files",
        header: t("files"),
        width: 80,
        align: "right",
        value: (one) => one.files,
        cell: (one) => (one.files ? f.integer(one.files) : "–"),
        phone: "figure",
      },
      {
        id: "inputs",
        header: t("inputs"),
        width: 260,
        sortable: false,
        value: (one) => counted(one.inputs),
      },
      {
        id: "counts",
        header: t("counts"),
        width: 220,
        sortable: false,
        value: (one) => counted(one.counts),
      },
    ];
  }, [t, f]);
  return (
    <Panel title={t("history")} origin={history.data?.origin}>
      <Await query={history} skeleton={<Skeleton shape="table" rows={6} />}>
        {(answer) => (
          <DataGrid
            label={t("history")}
            columns={columns}
            rows={answer.data}
            rowKey={(one) => String(one.number)}
            height={480}
          />
        )}
      </Await>
    </Panel>
  );
}
