/** The whole portfolio as a table. */

import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Origin } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { BarCell } from "@/ui/BarCell";
import { Change } from "@/ui/Change";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import type { Asset, Composition } from "./findings";
import css from "./indexes.module.css";
import { words } from "./words";

/** Ratios as percentage points: the header says so. */
const inPoints = (ratio: number | null) => (ratio === null ? null : ratio * 100);

export function CompositionGrid(props: { composition: Composition; origin: Origin }) {
  const { composition, origin } = props;
  const t = useWords(words);
  const f = useFormat();
  const navigate = useNavigate();
  const { assets } = composition;
  const columns = useMemo((): Column<Asset>[] => {
    const most = Math.max(...assets.map((one) => one.weight), 0);
    const pull = Math.max(...assets.map((one) => Math.abs(one.contribution ?? 0)), 0);
    const right = { align: "right" as const, width: 110 };
    return [
      {
        id: "ticker",
        header: t("ticker"),
        width: 200,
        value: (row) => row.ticker,
        cell: (row) => (
          <span className={css.asset}>
            <Link to="/ticker/$ticker" params={{ ticker: row.ticker }} className="mono">
              {row.ticker}
            </Link>
            <span className={css.name}>{row.asset}</span>
          </span>
        ),
        phone: "title",
      },
      { id: "sector", header: t("sector"), width: 240, value: (row) => row.sector, phone: "note" },
      {
        ...right,
        id: "weight",
        header: t("weight"),
        unit: "%",
        width: 140,
        value: (row) => row.weight,
        cell: (row) => (
          <BarCell value={row.weight} most={most}>
            {f.percent(row.weight, 3)}
          </BarCell>
        ),
        phone: "figure",
      },
      {
        ...right,
        id: "weight_change",
        header: t("weightChange"),
        unit: "p.p.",
        help: t("weightChangeHelp"),
        value: (row) => row.weight_change,
        cell: (row) => <Change value={inPoints(row.weight_change)} as="points" bare places={3} />,
      },
      {
        ...right,
        id: "day_return",
        header: t("change"),
        unit: "%",
        width: 130,
        value: (row) => row.day_return,
        cell: (row) => <Change value={row.day_return} />,
        phone: "figure",
      },
      {
        ...right,
        id: "contribution",
        header: t("contribution"),
        unit: "p.p.",
        width: 150,
        value: (row) => row.contribution,
        cell: (row) => (
          <BarCell value={row.contribution} most={pull} diverging>
            <Change value={inPoints(row.contribution)} as="points" bare places={3} />
          </BarCell>
        ),
      },
      {
        ...right,
        id: "quantity",
        header: t("quantity"),
        width: 150,
        value: (row) => row.quantity,
        cell: (row) => f.integer(row.quantity),
      },
    ];
  }, [assets, t, f]);
  return (
    <Panel
      title={t("table", { date: f.date(composition.ref_date) })}
      note={t("tableNote", { n: assets.length })}
      origin={origin}
    >
      <DataGrid
        label={t("table", { date: f.date(composition.ref_date) })}
        columns={columns}
        rows={assets}
        rowKey={(row) => row.ticker}
        onOpen={(row) => void navigate({ to: "/ticker/$ticker", params: { ticker: row.ticker } })}
        totals={{
          weight: f.percent(
            assets.reduce((sum, one) => sum + one.weight, 0),
            2,
          ),
        }}
        height={520}
      />
    </Panel>
  );
}
