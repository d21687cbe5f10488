/** The lineage as a table: each thing, what it is made from, and at which version. */

import { useMemo } from "react";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Chip } from "@/ui/Chip";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { type Graph, type Node, STATE_TONE } from "./types";
import { words } from "./words";

interface LineageListProps {
  graph: Graph;
  onChoose: (node: string) => void;
}

export function LineageList({ graph, onChoose }: LineageListProps) {
  const t = useWords(words);
  const f = useFormat();
  const columns = useMemo<Column<Node>[]>(() => {
    const inputs = new Map<string, string[]>();
    for (const edge of graph.edges) {
      inputs.set(edge.target, [...(inputs.get(edge.target) ?? []), edge.source]);
    }
    return [
      {
        id: "id",
        header: t("table"),
        width: 240,
        value: (node) => node.id,
        cell: (node) => <span className="mono">{node.id}</span>,
        phone: "title",
      },
      {
        id: "state",
        header: t("state"),
        width: 110,
        value: (node) => node.state,
        cell: (node) => <Chip tone={STATE_TONE[node.state]}>{t(`state_${node.state}`)}</Chip>,
        phone: "figure",
      },
      {
        id: "version",
        header: t("version"),
        width: 90,
        align: "right",
        value: (node) => node.version,
        cell: (node) => f.integer(node.version),
        phone: "figure",
      },
      {
        id: "day",
        header: t("newestDay"),
        width: 120,
        value: (node) => node.newest_day,
        cell: (node) => f.date(node.newest_day),
        phone: "figure",
      },
      {
        id: "inputs",
        header: t("builtFrom"),
        width: 420,
        value: (node) => inputs.get(node.id)?.join(", ") ?? "",
        phone: "note",
      },
    ];
  }, [graph, t, f]);
  return (
    <DataGrid
      label={t("lineage")}
      columns={columns}
      rows={graph.nodes}
      rowKey={(node) => node.id}
      onOpen={(node) => onChoose(node.id)}
      height={560}
    />
  );
}
