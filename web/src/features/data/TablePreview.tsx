/** The first rows of a table, and the whole of it as a file. */

import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import { download } from "@/api/download";
import { shapeOf } from "@/features/sql/cells";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Empty } from "@/ui/Empty";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column, ExportFormat } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { words } from "./words";

type Row = { at: number; values: Record<string, unknown> };
const ROWS = 500;
const PHONE = ["title", "note", "figure", "figure", "figure"] as const;

export function TablePreview({ name }: { name: string }) {
  const t = useWords(words);
  const f = useFormat();
  const page = useAnswer("/api/v1/tables/{name}/rows", {
    params: { path: { name }, query: { limit: ROWS } },
  });
  const found = page.data?.data;
  const rows = useMemo<Row[]>(
    () => (found?.rows ?? []).map((values, at) => ({ at, values })),
    [found],
  );
  const columns = useMemo<Column<Row>[]>(
    () =>
      (found?.columns ?? []).map((column, at) => {
        const shape = shapeOf(f, column.type);
        return {
          id: column.name,
          header: column.name,
          help: column.type,
          width: shape.width,
          align: shape.align,
          value: (row) => row.values[column.name] as string | number | null,
          cell: (row) => shape.say(row.values[column.name]),
          phone: PHONE[at],
        };
      }),
    [found, f],
  );
  const save = (format: ExportFormat) =>
    download("/api/v1/exports", `${name}.${format}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        table: name,
        format,
        dialect: f.language === "en" ? "international" : "br",
      }),
    });
  return (
    <Panel
      title={t("preview")}
      note={
        found && t("previewNote", { n: f.integer(found.total), version: f.integer(found.version) })
      }
      origin={page.data?.origin}
    >
      <Await
        query={page}
        skeleton={<Skeleton shape="table" rows={12} />}
        isEmpty={(answer) => !answer.data.rows.length}
        empty={<Empty title={t("neverWritten")} command="lastro build" />}
      >
        {() => (
          <DataGrid
            label={t("preview")}
            columns={columns}
            rows={rows}
            rowKey={(row) => String(row.at)}
            exportAs={save}
            height={560}
          />
        )}
      </Await>
    </Panel>
  );
}
