/** Currencies: a table, the chosen one's chart, a converter. */

import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Change } from "@/ui/Change";
import { Chart } from "@/ui/chart/Chart";
import { Empty } from "@/ui/Empty";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Columns, Span } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { Sparkline } from "@/ui/Sparkline";
import { Converter } from "./Converter";
import { type Currency, currencyName, places } from "./figures";
import css from "./rates.module.css";
import { words } from "./words";

const HEIGHT = 320;

export function Fx({ chosen, onChoose }: { chosen: string; onChoose: (code: string) => void }) {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/fx");
  const columns = useCurrencyColumns(chosen, onChoose);
  const first = query.data?.data[0];
  const moved = first?.returns["1m"] ?? null;
  const title =
    first && moved !== null
      ? t(moved < 0 ? "fxDown" : "fxUp", {
          name: currencyName(first.code, f.language),
          change: f.percent(Math.abs(moved)),
        })
      : t("fxTitle");
  return (
    <Columns>
      <Span of={7}>
        <Panel title={title} note={t("fxNote")} origin={query.data?.origin}>
          <Await
            query={query}
            skeleton={<Skeleton shape="table" rows={10} />}
            isEmpty={(answer) => !answer.data.length}
            empty={
              <Empty title={t("noFx")} command="lastro ingest bcb_fx && lastro build">
                {t("noFxHelp")}
              </Empty>
            }
          >
            {(answer) => (
              <DataGrid
                label={t("fxTitle")}
                columns={columns}
                rows={answer.data}
                rowKey={(row) => row.code}
                onOpen={(row) => onChoose(row.code)}
                height={410}
                bare
              />
            )}
          </Await>
        </Panel>
      </Span>
      <Span of={5}>
        {query.data?.data.length ? (
          <>
            <CurrencyChart code={chosen} />
            <Converter currencies={query.data.data} />
          </>
        ) : null}
      </Span>
    </Columns>
  );
}

function useCurrencyColumns(chosen: string, onChoose: (code: string) => void): Column<Currency>[] {
  const t = useWords(words);
  const f = useFormat();
  return useMemo(() => {
    const span = (id: "1m" | "ytd" | "12m", header: string): Column<Currency> => ({
      id,
      header,
      unit: "%",
      width: 84,
      align: "right",
      value: (row) => row.returns[id],
      cell: (row) => <Change value={row.returns[id] ?? null} bare />,
    });
    const price = (id: "buy" | "sell", header: string): Column<Currency> => ({
      id,
      header,
      unit: "R$",
      width: 96,
      align: "right",
      value: (row) => row[id],
      cell: (row) => f.number(row[id], places(row[id])),
      ...(id === "sell" && { phone: "figure" as const }),
    });
    return [
      {
        id: "currency",
        header: t("currency"),
        width: 190,
        value: (row) => row.code,
        cell: (row) => (
          <button
            type="button"
            className={css.currency}
            aria-pressed={row.code === chosen}
            onClick={() => onChoose(row.code)}
          >
            <span className="mono">{row.code}</span>
            <span className={css.name}>{currencyName(row.code, f.language)}</span>
          </button>
        ),
        phone: "title",
      },
      {
        id: "trend",
        header: t("trend"),
        width: 96,
        sortable: false,
        value: (row) => row.values.length,
        cell: (row) => (
          <Sparkline width={80} values={row.values} label={t("sparkOf", { name: row.code })} />
        ),
      },
      price("buy", t("buy")),
      price("sell", t("sell")),
      {
        id: "day",
        header: t("day"),
        unit: "%",
        width: 92,
        align: "right",
        value: (row) => row.change,
        cell: (row) => <Change value={row.change} />,
        phone: "figure",
      },
      { ...span("1m", t("month")), phone: "figure" },
      { ...span("ytd", t("ytd")), hidden: true },
      { ...span("12m", t("year")), hidden: true },
    ];
  }, [t, f, chosen, onChoose]);
}

function CurrencyChart({ code }: { code: string }) {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/fx/{currency}", { params: { path: { currency: code } } });
  const last = query.data?.data.sell.at(-1);
  const title =
    last === undefined
      ? currencyName(code, f.language)
      : t("fxChart", {
          name: currencyName(code, f.language),
          price: `R$ ${f.number(last, places(last))}`,
          date: f.date(query.data?.data.dates.at(-1)),
        });
  return (
    <Panel title={title} note={t("fxChartNote")} origin={query.data?.origin}>
      <Await query={query} skeleton={<Skeleton shape="chart" height={HEIGHT} />}>
        {({ data }) => (
          <Chart
            title={title}
            name={`cambio-${code.toLowerCase()}`}
            height={HEIGHT}
            panels={[{ id: "main", unit: "number", places: places(data.sell.at(-1) ?? 1) }]}
            series={[
              { name: code, entity: `fx-${code}`, tone: "accent", x: data.dates, y: data.sell },
            ]}
            query={`SELECT ref_date, buy, sell FROM silver.fx_rates WHERE currency = '${code}' ORDER BY ref_date`}
          />
        )}
      </Await>
    </Panel>
  );
}
