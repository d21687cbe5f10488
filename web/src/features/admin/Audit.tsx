/** The audit log: rows by page and filter, and a look at the whole chain of hashes. */

import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { useMemo, useState } from "react";
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { FormProblem } from "@/features/identity/FormProblem";
import css from "@/features/identity/form.module.css";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Empty } from "@/ui/Empty";
import { ErrorState } from "@/ui/ErrorState";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { Toggle } from "@/ui/Toggle";
import { saidOf } from "./actions";
import { words } from "./words";

type Row = components["schemas"]["AuditRow"];
type Outcome = "all" | "done" | "refused";

const KINDS = ["session", "account", "users", "keys", "apps", "exports", "runs"] as const;
type Kind = (typeof KINDS)[number] | "all";
const PAGE = 500;

export function Audit({ names }: { names: ReadonlyMap<string, string> }) {
  const t = useWords(words);
  const [kind, setKind] = useState<Kind>("all");
  const [outcome, setOutcome] = useState<Outcome>("all");
  const columns = useColumns(names);
  const action = kind === "all" ? "" : `${kind}.`;
  const log = useInfiniteQuery({
    queryKey: ["audit", action, outcome],
    initialPageParam: null as number | null,
    queryFn: async ({ pageParam, signal }) => {
      const before = pageParam === null ? {} : { before: pageParam };
      const wanted: "" | "done" | "refused" = outcome === "all" ? "" : outcome;
      const query = { action, outcome: wanted, limit: PAGE, ...before };
      const { data } = await api.GET("/api/v1/audit", { params: { query }, signal });
      return data ?? { rows: [], before: null };
    },
    getNextPageParam: (last) => last.before ?? undefined,
    staleTime: 0,
  });
  const rows = useMemo(() => log.data?.pages.flatMap((page) => page.rows) ?? [], [log.data]);
  return (
    <Panel title={t("auditTitle")} note={t("auditNote")} actions={<Verify />}>
      <div className={css.row}>
        <Select<Kind>
          label={t("kind")}
          labelled
          value={kind}
          choices={[
            { value: "all", label: t("all") },
            ...KINDS.map((value) => ({ value, label: t(`kind_${value}`) })),
          ]}
          onChange={setKind}
        />
        <Toggle<Outcome>
          label={t("outcome")}
          value={outcome}
          choices={[
            { value: "all", label: t("all") },
            { value: "done", label: t("done") },
            { value: "refused", label: t("refused") },
          ]}
          onChange={setOutcome}
        />
      </div>
      {log.isPending && <Skeleton shape="table" rows={10} />}
      {log.error && <ErrorState error={log.error} onRetry={() => void log.refetch()} />}
      {log.data && (
        <DataGrid
          label={t("audit")}
          columns={columns}
          rowKey={(row) => String(row.number)}
          rows={rows}
          empty={<Empty title={t("auditNone")} />}
          height={560}
        />
      )}
      {log.hasNextPage && (
        <Button busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {t("older")}
        </Button>
      )}
    </Panel>
  );
}

function Verify() {
  const t = useWords(words);
  const f = useFormat();
  const verify = useMutation({
    mutationFn: async () => (await api.POST("/api/v1/audit/verify")).data,
  });
  const found = verify.data;
  const faults = found?.faults.map((one) => t(`fault_${one.fault}`, { n: one.number })) ?? [];
  return (
    <div className={css.row} aria-live="polite">
      <FormProblem error={verify.error} />
      {found?.whole && (
        <Chip tone="good">
          {t("whole", { rows: f.integer(found.rows), head: found.head.slice(0, 12) })}
        </Chip>
      )}
      {found && !found.whole && (
        <span title={faults.join("\n")}>
          <Chip tone="bad">
            {t("broken", { n: faults.length })}: {faults.slice(0, 3).join("; ")}
          </Chip>
        </span>
      )}
      <Button
        icon={<ShieldCheck size={15} />}
        busy={verify.isPending}
        onClick={() => verify.mutate()}
      >
        {t("verify")}
      </Button>
    </div>
  );
}

function useColumns(names: ReadonlyMap<string, string>) {
  const t = useWords(words);
  const f = useFormat();
  return useMemo<Column<Row>[]>(() => {
    const who = (row: Row) => {
      if (row.actor) return names.get(row.actor) ?? row.actor;
      return row.outcome === "refused" ? t("unknownWho") : t("operator");
    };
    const detail = (row: Row) =>
      Object.entries(row.detail)
        .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(" ") : value}`)
        .join(", ");
    return [
      {
        id: "number",
        header: t("number"),
        width: 70,
        align: "right",
        value: (row) => row.number,
      },
      {
        id: "at",
        header: t("at"),
        width: 150,
        value: (row) => row.at,
        cell: (row) => f.instant(row.at),
        phone: "note",
      },
      { id: "who", header: t("who"), width: 160, value: who, phone: "figure" },
      {
        id: "action",
        header: t("what"),
        width: 190,
        value: (row) => row.action,
        cell: (row) => <span title={row.action}>{saidOf(row.action, t)}</span>,
        phone: "title",
      },
      {
        id: "outcome",
        header: t("outcome"),
        width: 100,
        value: (row) => row.outcome,
        cell: (row) =>
          row.outcome === "refused" ? <Chip tone="bad">{t("refused")}</Chip> : t("done"),
        phone: "figure",
      },
      {
        id: "target",
        header: t("target"),
        width: 180,
        value: (row) => names.get(row.target) ?? (row.target || null),
      },
      { id: "network", header: t("network"), width: 120, value: (row) => row.network || null },
      {
        id: "detail",
        header: t("detail"),
        width: 320,
        value: detail,
        cell: (row) => <span className="small quiet">{detail(row)}</span>,
      },
    ];
  }, [t, f, names]);
}
