/** The tiles of a treemap as a table, the greatest first. */

import { useMemo } from "react";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Change } from "../Change";
import { DataGrid } from "../grid/DataGrid";
import type { Column } from "../grid/types";
import { words } from "../words";
import type { TreemapProps } from "./Treemap";
import type { Tile } from "./tiles";
import { figure } from "./units";

export function TileTable(props: TreemapProps & { height: number }) {
  const { tiles, title, unit = "number", sizeName, changeName, onOpen, height } = props;
  const t = useWords(words);
  const f = useFormat();
  const rows = useMemo(() => [...tiles].sort((a, b) => b.size - a.size), [tiles]);
  const columns = useMemo<Column<Tile>[]>(() => {
    const found: Column<Tile>[] = [
      {
        id: "name",
        header: t("name"),
        width: 160,
        value: (tile) => tile.title ?? tile.name,
        phone: "title",
      },
      {
        id: "group",
        header: t("group"),
        width: 140,
        value: (tile) => tile.group,
        phone: "note",
      },
      {
        id: "size",
        header: sizeName,
        width: 100,
        align: "right",
        value: (tile) => tile.size,
        cell: (tile) => figure(f, { id: "", unit }, tile.size),
        phone: "figure",
      },
    ];
    if (tiles.some((tile) => tile.change !== undefined)) {
      found.push({
        id: "change",
        header: changeName ?? t("change"),
        width: 90,
        align: "right",
        value: (tile) => tile.change,
        cell: (tile) => <Change value={tile.change} />,
        phone: "figure",
      });
    }
    return tiles.some((tile) => tile.group) ? found : found.filter((one) => one.id !== "group");
  }, [tiles, t, f, sizeName, changeName, unit]);
  return (
    <DataGrid
      label={title}
      columns={columns}
      rows={rows}
      rowKey={(tile) => tile.id}
      onOpen={onOpen}
      height={height}
      bare
    />
  );
}
