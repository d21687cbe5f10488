/** The indexes that hold the ticker, and its weight in each over time. */

import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import type { components } from "@/api/schema";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chart } from "@/ui/chart/Chart";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { words } from "./words";

type Place = components["schemas"]["IndexPlace"];
const ENOUGH = 3; // portfolios that make a line

export function IndexesPanel({ ticker }: { ticker: string }) {
  const t = useWords(words);
  const query = useAnswer("/api/v1/tickers/{ticker}/indexes", { params: { path: { ticker } } });
  const places = query.data?.data ?? [];
  const inside = places.filter((place) => place.is_in).length;
  const title = inside ? t("indexesTitle", { n: inside }) : t("indexesNone");
  const lines = places.filter((place) => place.dates.length >= ENOUGH);
  return (
    <Panel
      title={query.data ? title : t("index")}
      note={t("indexesNote")}
      origin={query.data?.origin ?? null}
    >
      <Await
        query={query}
        skeleton={<Skeleton shape="table" rows={4} />}
        isEmpty={(answer) => answer.data.length === 0}
        empty={<p className="quiet">{t("indexesNone")}.</p>}
      >
        {(answer) => (
          <>
            <Places places={answer.data} label={title} />
            {lines.length > 0 && (
              <Chart
                title={t("weightsTitle")}
                name={`${ticker}-${t("weightsFile")}`}
                height={220}
                panels={[{ id: "main", title: t("weightIn"), unit: "percent" }]}
                series={lines.map((place) => ({
                  name: place.index_code,
                  entity: place.index_code,
                  kind: "step",
                  x: place.dates,
                  y: place.weights,
                }))}
              />
            )}
          </>
        )}
      </Await>
    </Panel>
  );
}

function Places({ places, label }: { places: Place[]; label: string }) {
  const t = useWords(words);
  const f = useFormat();
  const columns = useMemo<Column<Place>[]>(
    () => [
      {
        id: "index_code",
        header: t("index"),
        width: 100,
        value: (row) => row.index_code,
        cell: (row) => (
          <Link to="/indexes" search={{ code: row.index_code }}>
            {row.index_code}
          </Link>
        ),
        phone: "title",
      },
      {
        id: "weight",
        header: t("weightIn"),
        unit: "%",
        width: 100,
        align: "right",
        value: (row) => (row.is_in ? row.weight : null),
        cell: (row) =>
          row.is_in ? f.percent(row.weight, 3) : <span className="quiet">{t("left")}</span>,
        phone: "figure",
      },
      {
        id: "ref_date",
        header: t("asOf"),
        width: 110,
        align: "right",
        value: (row) => row.ref_date,
        cell: (row) => f.date(row.ref_date),
        phone: "note",
      },
    ],
    [t, f],
  );
  return (
    <DataGrid
      bare
      label={label}
      columns={columns}
      rows={places}
      rowKey={(row) => row.index_code}
      height={320}
    />
  );
}
