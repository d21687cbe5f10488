/** The screener's columns. Ids are those of the API: it sorts by them. */

import { Link } from "@tanstack/react-router";
import type { components } from "@/api/schema";
import type { Format } from "@/lib/format";
import type { Say } from "@/lib/words";
import { Change } from "@/ui/Change";
import type { Column } from "@/ui/grid/types";
import { Sparkline } from "@/ui/Sparkline";
import css from "./market.module.css";
import type { words } from "./words";

export type Row = components["schemas"]["ScreenerRow"];
type T = Say<(typeof words)["pt-BR"]>;

const SPANS = [
  "day_return",
  "return_1w",
  "return_1m",
  "return_3m",
  "return_6m",
  "return_12m",
  "return_ytd",
] as const;
const HIDDEN = new Set<string>(["return_1w", "return_3m", "return_ytd"]);

export function screenerColumns(t: T, f: Format, nameOf: (group: string) => string): Column<Row>[] {
  const ratio = (
    id: keyof Row & string,
    header: string,
    value: (row: Row) => number | null,
    more: Partial<Column<Row>> = {},
  ): Column<Row> => ({
    id,
    header,
    unit: "%",
    width: 92,
    align: "right",
    value,
    cell: (row) => f.percent(value(row)),
    ...more,
  });
  const spans = SPANS.map((id) =>
    ratio(id, t(id), (row) => row[id], {
      width: id === "return_12m" ? 96 : 88,
      cell: (row) => <Change value={row[id]} bare />,
      hidden: HIDDEN.has(id),
      phone: id === "day_return" || id === "return_12m" ? "figure" : undefined,
    }),
  );
  return [
    {
      id: "ticker",
      header: t("ticker"),
      width: 184,
      value: (row) => row.ticker,
      cell: (row) => (
        <span className={css.paper}>
          <Link to="/ticker/$ticker" params={{ ticker: row.ticker }} className={css.code}>
            {row.ticker}
          </Link>
          <span className={css.who}>{row.name}</span>
        </span>
      ),
      phone: "title",
    },
    {
      id: "sector",
      header: t("sector"),
      width: 180,
      value: (row) => nameOf(row.sector ?? row.kind),
      phone: "note",
    },
    {
      id: "close",
      header: t("close"),
      unit: "R$",
      width: 78,
      align: "right",
      value: (row) => row.close,
      cell: (row) => f.number(row.close, 2),
      phone: "figure",
    },
    {
      id: "sparkline",
      header: t("curve"),
      width: 92,
      sortable: false,
      value: () => null,
      cell: (row) => (
        <Sparkline values={row.sparkline} label={t("yearOf", { ticker: row.ticker })} />
      ),
    },
    ...spans,
    ratio("volatility_12m", t("volatility"), (row) => row.volatility_12m, {
      help: t("volatilityHelp"),
      width: 104,
      hidden: true,
      cell: (row) => f.percent(row.volatility_12m, 1),
    }),
    {
      id: "turnover_mean21",
      header: t("turnoverMean"),
      unit: "R$",
      help: t("turnoverMeanHelp"),
      width: 112,
      align: "right",
      value: (row) => row.turnover_mean21,
      cell: (row) => f.compact(row.turnover_mean21),
    },
    ratio("dividend_yield_12m", t("yield"), (row) => row.dividend_yield_12m, {
      help: t("yieldHelp"),
      width: 104,
    }),
    ratio("from_high", t("fromHigh"), (row) => row.from_high, {
      help: t("fromHighHelp"),
      width: 104,
      hidden: true,
    }),
    ratio("from_low", t("fromLow"), (row) => row.from_low, {
      help: t("fromLowHelp"),
      width: 104,
      hidden: true,
    }),
    ratio("ibov_weight", t("ibov"), (row) => row.ibov_weight, { help: t("ibovHelp") }),
    {
      id: "indexes",
      header: t("indexes"),
      width: 150,
      sortable: false,
      hidden: true,
      value: (row) => row.indexes.join(" "),
    },
    {
      id: "kind",
      header: t("kind"),
      width: 110,
      hidden: true,
      value: (row) => nameOf(row.kind),
    },
    {
      id: "listing_segment",
      header: t("segment"),
      width: 96,
      hidden: true,
      value: (row) => row.listing_segment,
    },
    {
      id: "company_name",
      header: t("name"),
      width: 240,
      hidden: true,
      value: (row) => row.company_name,
    },
    {
      id: "ref_date",
      header: t("lastTrade"),
      width: 110,
      hidden: true,
      value: (row) => row.ref_date,
      cell: (row) => f.date(row.ref_date),
    },
  ];
}
