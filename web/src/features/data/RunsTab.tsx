/** What was done to the lake, by the scheduler and by people, the newest first. */

import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chip } from "@/ui/Chip";
import { Empty } from "@/ui/Empty";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import type { RunView } from "./types";
import { words } from "./words";

const TONE = {
  running: "accent",
  ok: "good",
  nothing_new: "plain",
  skipped: "plain",
  held: "warn",
  failed: "bad",
  timed_out: "bad",
  killed: "bad",
} as const;

export function RunsTab({ source }: { source?: string }) {
  const t = useWords(words);
  const f = useFormat();
  const runs = useAnswer(
    "/api/v1/runs",
    { params: { query: { limit: source ? 20 : 200, source } } },
    { every: 10_000 },
  );
  const columns = useMemo<Column<RunView>[]>(
    () => [
      {
        id: "started",
        header: t("started"),
        width: 150,
        value: (run) => run.started_at,
        cell: (run) => f.instant(run.started_at),
        phone: "note",
      },
      {
        id: "what",
        header: t("what"),
        width: 220,
        value: (run) => [run.kind, run.source].filter(Boolean).join(" "),
        cell: (run) => <span className="mono">{[run.kind, run.source].join(" ").trim()}</span>,
        phone: "title",
      },
      {
        id: "ended",
        header: t("ended"),
        width: 140,
        value: (run) => run.status,
        cell: (run) => <Chip tone={TONE[run.status]}>{t(`status_${run.status}`)}</Chip>,
        phone: "figure",
      },
      {
        id: "rows",
        header: t("rows"),
        width: 100,
        align: "right",
        value: (run) => run.rows,
        cell: (run) => f.integer(run.rows),
        phone: "figure",
      },
      {
        id: "lasted",
        header: t("lasted"),
        width: 100,
        align: "right",
        value: (run) => run.seconds,
        cell: (run) => f.duration(run.seconds),
        phone: "figure",
      },
      {
        id: "who",
        header: t("who"),
        width: 100,
        value: (run) => run.starter,
        cell: (run) => t(run.starter),
      },
      { id: "error", header: "", width: 320, value: (run) => run.error, sortable: false },
    ],
    [t, f],
  );
  return (
    <Panel title={t("runs")}>
      <Await
        query={runs}
        skeleton={<Skeleton shape="table" rows={8} />}
        isEmpty={(answer) => !answer.runs.length}
        empty={
          <Empty title={t("noRuns")} command={t("runCommand")}>
            {t("noRunsHelp")}
          </Empty>
        }
      >
        {(answer) => (
          <DataGrid
            label={t("runs")}
            columns={columns}
            rows={answer.runs}
            rowKey={(run) => String(run.number)}
            height={620}
          />
        )}
      </Await>
    </Panel>
  );
}
