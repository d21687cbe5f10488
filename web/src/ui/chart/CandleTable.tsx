/** Candles as a table, the newest first. */

import { useMemo } from "react";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { DataGrid } from "../grid/DataGrid";
import type { Column } from "../grid/types";
import { words } from "../words";
import type { Candle } from "./candles";

interface CandleTableProps {
  title: string;
  rows: readonly Candle[];
  range: [string, string] | null;
  height: number;
}

export function CandleTable({ title, rows, range, height }: CandleTableProps) {
  const t = useWords(words);
  const f = useFormat();
  const seen = useMemo(
    () => rows.filter((row) => !range || (row.date >= range[0] && row.date <= range[1])).reverse(),
    [rows, range],
  );
  const columns = useMemo<Column<Candle>[]>(() => {
    const price = (
      id: "open" | "high" | "low" | "close",
      header: string,
      phone?: "figure",
    ): Column<Candle> => ({
      id,
      header,
      width: 90,
      align: "right",
      value: (row) => row[id],
      cell: (row) => f.number(row[id], 2),
      phone,
    });
    return [
      {
        id: "date",
        header: t("date"),
        width: 110,
        value: (row) => row.date,
        cell: (row) => f.date(row.date),
        phone: "title",
      },
      price("open", t("open")),
      price("high", t("high"), "figure"),
      price("low", t("low"), "figure"),
      price("close", t("closePrice"), "figure"),
      {
        id: "volume",
        header: t("volume"),
        width: 110,
        align: "right",
        value: (row) => row.volume,
        cell: (row) => f.compact(row.volume),
        phone: "note",
      },
    ];
  }, [t, f]);
  return (
    <DataGrid
      label={title}
      columns={columns}
      rows={seen}
      rowKey={(row) => row.date}
      height={height}
      bare
    />
  );
}
