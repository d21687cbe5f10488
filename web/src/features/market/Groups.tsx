/** Sectors of the session: how they moved, how much of the money they were. */

import { useMemo } from "react";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { BarCell } from "@/ui/BarCell";
import { Change } from "@/ui/Change";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import type { Group, MarketDay } from "./findings";
import { useGroupName } from "./useGroupName";
import { words } from "./words";

export function Groups({ day }: { day: MarketDay }) {
  const t = useWords(words);
  const f = useFormat();
  const nameOf = useGroupName();
  const columns = useMemo<Column<Group>[]>(() => {
    const most = Math.max(...day.groups.map((group) => Math.abs(group.weighted_return ?? 0)));
    return [
      {
        id: "group",
        header: t("group"),
        width: 200,
        value: (row) => nameOf(row.group),
        phone: "title",
      },
      {
        id: "change",
        header: t("change"),
        width: 128,
        align: "right",
        value: (row) => row.weighted_return,
        cell: (row) => (
          <BarCell value={row.weighted_return} most={most} diverging>
            <Change value={row.weighted_return} bare />
          </BarCell>
        ),
        phone: "figure",
      },
      {
        id: "turnover",
        header: t("turnover"),
        unit: "R$",
        width: 90,
        align: "right",
        value: (row) => row.turnover,
        cell: (row) => f.compact(row.turnover),
        phone: "figure",
      },
      {
        id: "upDown",
        header: t("upDown"),
        width: 80,
        align: "right",
        value: (row) => row.up - row.down,
        cell: (row) => `${f.integer(row.up)} / ${f.integer(row.down)}`,
        phone: "figure",
      },
    ];
  }, [day.groups, nameOf, t, f]);
  return (
    <Panel title={t("groupsTitle")} note={t("groupsNote")}>
      <DataGrid
        bare
        label={t("groupsTitle")}
        columns={columns}
        rows={day.groups}
        rowKey={(row) => row.group}
        height={380}
      />
    </Panel>
  );
}
