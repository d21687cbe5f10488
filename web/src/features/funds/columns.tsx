/** Columns of the list of funds; ids are those of the API, so that sort and export follow. */

import { useRouter } from "@tanstack/react-router";
import { type MouseEvent, useMemo } from "react";
import type { Format, Value } from "@/lib/format";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import type { Column } from "@/ui/grid/types";
import { Sparkline } from "@/ui/Sparkline";
import css from "./Funds.module.css";
import type { T } from "./sentences";
import type { FundRow } from "./types";
import { words } from "./words";

export function useFundColumns(): Column<FundRow>[] {
  const t = useWords(words);
  const f = useFormat();
  return useMemo(() => [...who(t), ...figures(t, f), ...flows(t, f), ...kept(t, f)], [t, f]);
}

/** A fund's name as a plain link: the router's own costs too much in a grid that scrolls. */
export function FundName({ row, t }: { row: FundRow; t: T }) {
  const router = useRouter();
  const { cnpj, subclass_id: subclass } = row;
  const query = subclass ? `?subclass=${encodeURIComponent(JSON.stringify(subclass))}` : "";
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void router.navigate({
      to: "/funds/$cnpj",
      params: { cnpj: cnpj ?? "" },
      search: subclass ? { subclass } : {},
    });
  };
  return (
    <span className={css.name}>
      <a href={`/funds/${cnpj}${query}`} title={row.name ?? undefined} onClick={open}>
        {row.name ?? cnpj}
      </a>
      {subclass && (
        <span className={css.part} title={t("subclass", { id: subclass })}>
          {subclass}
        </span>
      )}
    </span>
  );
}

/** A change as text with its colour; its sign says the same. */
function tinted(text: string, value: Value) {
  const way = !value || !/[1-9]/.test(text) ? undefined : value > 0 ? "up" : "down";
  return <span className={way}>{text}</span>;
}

function signed(value: Value, f: Format): string {
  return `${(value ?? 0) > 0 ? "+" : ""}${f.integer(value)}`;
}

function who(t: T): Column<FundRow>[] {
  return [
    {
      id: "name",
      header: t("name"),
      width: 286,
      value: (row) => row.name,
      cell: (row) => <FundName row={row} t={t} />,
      phone: "title",
    },
    {
      id: "classification",
      header: t("classification"),
      width: 110,
      value: (row) => row.classification,
    },
    {
      id: "manager",
      header: t("manager"),
      width: 190,
      value: (row) => row.manager,
      cell: (row) => <span className={css.cut}>{row.manager}</span>,
      phone: "note",
    },
  ];
}

function ratio(
  f: Format,
  id: keyof FundRow & string,
  header: string,
  more: Partial<Column<FundRow>> = {},
): Column<FundRow> {
  return {
    id,
    header,
    width: 88,
    align: "right",
    value: (row) => row[id] as number | null | undefined,
    cell: (row) => tinted(f.change(row[id] as Value), row[id] as Value),
    ...more,
  };
}

function figures(t: T, f: Format): Column<FundRow>[] {
  return [
    {
      id: "net_worth",
      header: t("netWorth"),
      short: t("netWorthShort"),
      unit: "R$",
      width: 118,
      align: "right",
      value: (row) => row.net_worth,
      cell: (row) => f.compact(row.net_worth),
      phone: "figure",
    },
    {
      id: "spark",
      header: t("spark"),
      width: 82,
      sortable: false,
      value: () => null,
      cell: (row) =>
        row.spark && row.spark.length > 1 ? (
          <Sparkline values={row.spark} width={66} label={t("sparkLabel")} />
        ) : null,
    },
    ratio(f, "return_1m", t("return1m"), { hidden: true }),
    ratio(f, "return_12m", t("return12m"), {
      short: t("return12mShort"),
      phone: "figure",
      width: 80,
    }),
    ratio(f, "excess_12m", t("excess"), { help: t("excessHelp"), width: 76 }),
    ratio(f, "return_3m", t("return3m"), { hidden: true }),
    ratio(f, "return_6m", t("return6m"), { hidden: true }),
    ratio(f, "return_ytd", t("returnYtd"), { hidden: true }),
    {
      ...ratio(f, "volatility_12m", t("volatility"), { help: t("volatilityHelp"), width: 96 }),
      hidden: true,
      cell: (row) => f.percent(row.volatility_12m),
    },
    {
      ...ratio(f, "worst_drawdown", t("drawdown"), { help: t("drawdownHelp"), width: 100 }),
      hidden: true,
      cell: (row) => f.percent(row.worst_drawdown),
    },
  ];
}

function flows(t: T, f: Format): Column<FundRow>[] {
  return [
    {
      id: "net_flow_30d",
      header: t("flow30"),
      short: t("flow30Short"),
      unit: "R$",
      help: t("flow30Help"),
      width: 114,
      align: "right",
      value: (row) => row.net_flow_30d,
      cell: (row) => tinted(f.moneyChange(row.net_flow_30d), row.net_flow_30d),
      phone: "figure",
    },
    ratio(f, "flow_ratio_30d", t("flowRatio30"), { width: 104, hidden: true }),
    {
      id: "flow_run",
      header: t("run"),
      help: t("runHelp"),
      width: 104,
      align: "right",
      hidden: true,
      value: (row) => row.flow_run,
      cell: (row) => tinted(signed(row.flow_run, f), row.flow_run),
    },
    {
      id: "net_flow_12m",
      header: t("flow12m"),
      unit: "R$",
      width: 118,
      align: "right",
      hidden: true,
      value: (row) => row.net_flow_12m,
      cell: (row) => tinted(f.moneyChange(row.net_flow_12m), row.net_flow_12m),
    },
    {
      id: "holders",
      header: t("holders"),
      width: 76,
      align: "right",
      value: (row) => row.holders,
      cell: (row) => f.integer(row.holders),
    },
    {
      id: "score",
      header: t("scoreShort"),
      unit: t("points"),
      help: t("scoreHelp"),
      width: 84,
      align: "right",
      value: (row) => row.score,
      cell: (row) => f.number(row.score, 0),
    },
  ];
}

/** Not shown until chosen. */
function kept(t: T, f: Format): Column<FundRow>[] {
  return [
    {
      id: "anbima_classification",
      header: t("anbima"),
      width: 200,
      hidden: true,
      value: (row) => row.anbima_classification,
    },
    {
      id: "administrator",
      header: t("administrator"),
      width: 200,
      hidden: true,
      value: (row) => row.administrator,
    },
    { id: "status", header: t("status"), width: 170, hidden: true, value: (row) => row.status },
    {
      id: "cnpj",
      header: "CNPJ",
      width: 150,
      hidden: true,
      value: (row) => f.cnpj(row.cnpj),
      cell: (row) => <span className="mono">{f.cnpj(row.cnpj)}</span>,
    },
    {
      id: "ref_date",
      header: t("refDate"),
      width: 100,
      align: "right",
      hidden: true,
      value: (row) => row.ref_date,
      cell: (row) => f.date(row.ref_date),
    },
  ];
}
