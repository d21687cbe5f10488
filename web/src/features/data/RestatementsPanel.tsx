/** Values that re-published files changed, before and after. */

import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import type { components } from "@/api/schema";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Empty } from "@/ui/Empty";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { words } from "./words";

type Restatement = components["schemas"]["Restatement"];
const LIMIT = 500;

export function RestatementsPanel() {
  const t = useWords(words);
  const f = useFormat();
  const found = useAnswer("/api/v1/restatements", { params: { query: { limit: LIMIT } } });
  const columns = useMemo<Column<Restatement>[]>(
    () => [
      {
        id: "table",
        header: t("table"),
        width: 180,
        value: (each) => each.table,
        cell: (each) => <span className="mono">{each.table}</span>,
        phone: "note",
      },
      { id: "key", header: t("key"), width: 240, value: (each) => each.key, phone: "title" },
      {
        id: "kind",
        header: t("change"),
        width: 100,
        value: (each) => each.kind,
        cell: (each) => t(each.kind === "withdrawn" ? "kind_withdrawn" : "kind_restated"),
      },
      {
        id: "column",
        header: t("column"),
        width: 130,
        value: (each) => each.column,
        cell: (each) => <span className="mono">{each.column}</span>,
        phone: "figure",
      },
      {
        id: "before",
        header: t("before"),
        width: 140,
        value: (each) => each.before,
        phone: "figure",
      },
      { id: "after", header: t("after"), width: 140, value: (each) => each.after, phone: "figure" },
      {
        id: "seen",
        header: t("seen"),
        width: 150,
        value: (each) => each.seen_at,
        cell: (each) => f.instant(each.seen_at),
      },
    ],
    [t, f],
  );
  return (
    <Panel title={t("restatements")} origin={found.data?.origin}>
      <Await
        query={found}
        skeleton={<Skeleton shape="table" rows={6} />}
        isEmpty={(answer) => !answer.data.changes.length}
        empty={<Empty title={t("noRestatements")} />}
      >
        {(answer) => (
          <DataGrid
            label={t("restatements")}
            columns={columns}
            rows={answer.data.changes}
            rowKey={(each) => `${each.seen_at}${each.table}${each.month}${each.key}${each.column}`}
            height={420}
          />
        )}
      </Await>
    </Panel>
  );
}
