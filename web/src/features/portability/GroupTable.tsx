/** Groups in a table: what each won or lost, its share, its run of days, its strong signals. */

import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { download, inFormat } from "@/api/download";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { BarCell } from "@/ui/BarCell";
import { Change } from "@/ui/Change";
import { Empty } from "@/ui/Empty";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import type { GroupsQuery } from "./FlowMap";
import css from "./Portability.module.css";
import type { By, FlowGroup, GroupFlows, Window } from "./watch";
import { words } from "./words";

const HEIGHT = 460;

interface GroupTableProps {
  query: GroupsQuery;
  by: By;
  window: Window;
  shown: readonly string[];
  onToggle: (name: string) => void;
}

export function GroupTable({ query, by, window, shown, onToggle }: GroupTableProps) {
  const t = useWords(words);
  return (
    <Panel
      title={t("tableTitle", { window: t(window) })}
      note={t("tableNote")}
      origin={query.data?.origin}
    >
      <Await
        query={query}
        skeleton={<Skeleton shape="table" rows={10} />}
        isEmpty={(answer) => !answer.data.groups.length}
        empty={<Empty title={t("none")}>{t("noneHint")}</Empty>}
      >
        {(answer) => <Groups flows={answer.data} by={by} shown={shown} onToggle={onToggle} />}
      </Await>
    </Panel>
  );
}

type GroupsProps = Omit<GroupTableProps, "query" | "window"> & { flows: GroupFlows };

function Groups({ flows, by, shown, onToggle }: GroupsProps) {
  const t = useWords(words);
  const f = useFormat();
  const navigate = useNavigate();
  const columns = useGroupColumns(flows, by, shown, onToggle);
  const path = `/api/v1/portability/groups?by=${flows.by}&window=${flows.window}`;
  const sum = (pick: (group: FlowGroup) => number) => flows.groups.reduce((n, g) => n + pick(g), 0);
  return (
    <DataGrid
      label={t("tableTitle", { window: t(flows.window) })}
      columns={columns}
      rows={flows.groups}
      rowKey={(group) => group.name ?? ""}
      height={HEIGHT}
      onOpen={(group) =>
        group.name && void navigate({ to: "/funds", search: { [by]: [group.name] } })
      }
      exportAs={(format) => download(inFormat(path, format), `captacao-por-${by}.${format}`)}
      totals={{
        net_flow: f.compact(sum((group) => group.net_flow)),
        inflow: f.compact(sum((group) => group.inflow)),
        outflow: f.compact(sum((group) => group.outflow)),
        net_worth: f.compact(sum((group) => group.net_worth)),
        classes: f.integer(sum((group) => group.classes)),
        signals: f.integer(sum((group) => group.signals)),
      }}
    />
  );
}

function useGroupColumns(
  flows: GroupFlows,
  by: By,
  shown: readonly string[],
  onToggle: (name: string) => void,
): Column<FlowGroup>[] {
  const t = useWords(words);
  const f = useFormat();
  return useMemo(() => {
    const most = Math.max(...flows.groups.map((group) => Math.abs(group.net_flow)), 1);
    const called = (group: FlowGroup) => group.name ?? t("unnamed", { by: t(by).toLowerCase() });
    const money = (id: "inflow" | "outflow" | "net_worth", header: string) => ({
      id,
      header,
      unit: "R$",
      width: 112,
      align: "right" as const,
      value: (group: FlowGroup) => group[id],
      cell: (group: FlowGroup) => f.compact(group[id]),
    });
    return [
      {
        id: "name",
        header: t("group"),
        width: 260,
        value: called,
        phone: "title" as const,
        cell: (group: FlowGroup) =>
          group.name ? (
            <Link className={css.name} to="/funds" search={{ [by]: [group.name] }}>
              {group.name}
            </Link>
          ) : (
            <span className="quiet">{called(group)}</span>
          ),
      },
      {
        id: "drawn",
        header: t("drawn"),
        width: 84,
        sortable: false,
        value: (group: FlowGroup) => shown.includes(group.name ?? ""),
        cell: (group: FlowGroup) =>
          group.name && (
            <input
              type="checkbox"
              className={css.tick}
              aria-label={t("drawOne", { name: group.name })}
              checked={shown.includes(group.name)}
              onChange={() => onToggle(group.name ?? "")}
            />
          ),
      },
      {
        id: "net_flow",
        header: t("netFlow"),
        unit: "R$",
        width: 210,
        align: "right" as const,
        phone: "figure" as const,
        value: (group: FlowGroup) => group.net_flow,
        cell: (group: FlowGroup) => (
          <BarCell diverging value={group.net_flow} most={most}>
            {f.moneyChange(group.net_flow)}
          </BarCell>
        ),
      },
      {
        id: "ratio",
        header: t("ratio"),
        width: 92,
        align: "right" as const,
        phone: "figure" as const,
        value: (group: FlowGroup) => group.ratio,
        cell: (group: FlowGroup) => <Change bare value={group.ratio} />,
      },
      money("net_worth", t("netWorth")),
      {
        id: "run",
        header: t("run"),
        help: t("runHelp"),
        width: 104,
        align: "right" as const,
        phone: "figure" as const,
        value: (group: FlowGroup) => group.run,
        cell: (group: FlowGroup) => <Change bare as="points" places={0} value={group.run} />,
      },
      money("inflow", t("inflow")),
      money("outflow", t("outflow")),
      {
        id: "signals",
        header: t("signals"),
        width: 104,
        align: "right" as const,
        value: (group: FlowGroup) => group.signals,
        cell: (group: FlowGroup) => f.integer(group.signals),
      },
      {
        id: "classes",
        header: t("classes"),
        width: 84,
        align: "right" as const,
        value: (group: FlowGroup) => group.classes,
        cell: (group: FlowGroup) => f.integer(group.classes),
      },
    ];
  }, [flows, by, shown, onToggle, t, f]);
}
