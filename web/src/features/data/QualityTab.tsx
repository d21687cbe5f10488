/** What checks found by table; a table opens to its reasons with examples as published. */

import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { BarCell } from "@/ui/BarCell";
import { Empty } from "@/ui/Empty";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { QuarantinePanel } from "./QuarantinePanel";
import { RestatementsPanel } from "./RestatementsPanel";
import type { TableQuality } from "./types";
import { words } from "./words";

interface QualityTabProps {
  table: string | undefined;
  reason: string | undefined;
  onChoose: (table: string | undefined, reason?: string) => void;
}

export function QualityTab({ table, reason, onChoose }: QualityTabProps) {
  const t = useWords(words);
  const f = useFormat();
  const quality = useAnswer("/api/v1/quality");
  const most = Math.max(...(quality.data?.data.map((one) => one.share) ?? []), 0.000001);
  const shown = table ?? quality.data?.data.find((one) => one.quarantined > 0)?.table;
  const columns = useMemo<Column<TableQuality>[]>(
    () => [
      {
        id: "table",
        header: t("table"),
        width: 210,
        value: (one) => one.table,
        cell: (one) => <span className="mono">{one.table}</span>,
        phone: "title",
      },
      {
        id: "aside",
        header: t("quarantined"),
        width: 120,
        align: "right",
        value: (one) => one.quarantined,
        cell: (one) => f.integer(one.quarantined),
        phone: "figure",
      },
      {
        id: "share",
        header: t("share"),
        width: 150,
        align: "right",
        value: (one) => one.share,
        cell: (one) => (
          <BarCell value={one.share} most={most}>
            {f.percent(one.share, 2)}
          </BarCell>
        ),
        phone: "figure",
      },
      {
        id: "rows",
        header: t("rows"),
        width: 110,
        align: "right",
        value: (one) => one.rows,
        cell: (one) => f.integer(one.rows),
        phone: "figure",
      },
      {
        id: "reason",
        header: t("mainReason"),
        width: 260,
        value: (one) => one.findings.find((each) => each.action === "quarantine")?.code ?? "",
        cell: (one) => (
          <span className="mono">
            {one.findings.find((each) => each.action === "quarantine")?.code ?? "–"}
          </span>
        ),
        phone: "note",
      },
    ],
    [t, f, most],
  );
  return (
    <>
      <Panel title={t("quality")} note={t("qualityNote")} origin={quality.data?.origin}>
        <Await
          query={quality}
          skeleton={<Skeleton shape="table" rows={8} />}
          isEmpty={(answer) => !answer.data.length}
          empty={<Empty title={t("noQuality")} command="lastro build" />}
        >
          {(answer) => (
            <DataGrid
              label={t("quality")}
              columns={columns}
              rows={answer.data}
              rowKey={(one) => one.table}
              onOpen={(one) => onChoose(one.table)}
              height={520}
            />
          )}
        </Await>
      </Panel>
      {shown && (
        <QuarantinePanel table={shown} reason={reason} onReason={(next) => onChoose(shown, next)} />
      )}
      <RestatementsPanel />
    </>
  );
}
