/** Payouts, splits, bonuses and subscriptions; what was paid each year; what was corrected. */

import type { UseQueryResult } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Body } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chart } from "@/ui/chart/Chart";
import { Empty } from "@/ui/Empty";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Unknown } from "@/ui/Hint";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { eventWords } from "./eventWords";
import { paidInYear, type TickerAction, type TickerSheet } from "./findings";
import { useLabel } from "./labels";
import { amount } from "./useEvents";

export type ActionsAnswer = Body<"/api/v1/tickers/{ticker}/actions">;

export interface ActionsPanelProps {
  sheet: TickerSheet;
  query: UseQueryResult<ActionsAnswer, Error>;
}

export function ActionsPanel({ sheet, query }: ActionsPanelProps) {
  const t = useWords(eventWords);
  const f = useFormat();
  const data = query.data?.data;
  const paid = data ? paidInYear(data.actions, sheet.ref_date) : 0;
  const title = !data
    ? t("event")
    : sheet.dividend_yield_12m > 0
      ? t("payoutsTitle", {
          value: f.money(paid),
          share: f.percent(sheet.dividend_yield_12m, 1),
        })
      : t("payoutsNone");
  return (
    <Panel title={title} note={t("payoutsNote")} origin={query.data?.origin ?? null}>
      <Await
        query={query}
        skeleton={<Skeleton shape="table" rows={6} />}
        isEmpty={(answer) => answer.data.actions.length === 0}
        empty={<Empty title={t("actionsEmpty")} command="lastro ingest b3_corporate_actions" />}
      >
        {(answer) => (
          <>
            {answer.data.paid_by_year.length > 1 && (
              <Chart
                title={t("perYear")}
                name={`${sheet.ticker}-${t("perYearFile")}`}
                height={180}
                ranges={false}
                panels={[{ id: "main", title: t("perYear"), unit: "money", places: 2 }]}
                series={[
                  {
                    name: sheet.ticker,
                    entity: sheet.ticker,
                    kind: "bar",
                    x: answer.data.paid_by_year.map((year) => String(year.year)).reverse(),
                    y: answer.data.paid_by_year.map((year) => year.value).reverse(),
                    unlabelled: true,
                  },
                ]}
              />
            )}
            <Actions actions={answer.data.actions} label={title} />
          </>
        )}
      </Await>
    </Panel>
  );
}

function Actions({ actions, label }: { actions: TickerAction[]; label: string }) {
  const t = useWords(eventWords);
  const f = useFormat();
  const labelOf = useLabel();
  const worth = useWorth();
  const columns = useMemo<Column<TickerAction>[]>(
    () => [
      {
        id: "ex_date",
        header: t("exDate"),
        width: 100,
        value: (row) => row.ex_date,
        cell: (row) => f.date(row.ex_date),
        phone: "note",
      },
      {
        id: "label",
        header: t("event"),
        width: 190,
        value: (row) => labelOf(row.label),
        phone: "title",
      },
      {
        id: "value",
        header: t("perShare"),
        width: 130,
        align: "right",
        value: (row) => row.value ?? row.multiplier ?? row.subscription_percent,
        cell: (row) => worth(row),
        phone: "figure",
      },
      {
        id: "cash_yield",
        header: t("cashYield"),
        width: 96,
        align: "right",
        value: (row) => row.cash_yield,
        cell: (row) => (row.cash_yield === null ? "" : f.percent(row.cash_yield)),
        phone: "figure",
      },
      {
        id: "payment_date",
        header: t("payment"),
        width: 104,
        align: "right",
        value: (row) => row.payment_date,
        cell: (row) =>
          row.kind !== "cash" ? (
            ""
          ) : row.payment_date ? (
            f.date(row.payment_date)
          ) : (
            <Unknown why={t("noPayment")} />
          ),
        phone: "figure",
      },
      {
        id: "approved_on",
        header: t("approved"),
        width: 110,
        align: "right",
        hidden: true,
        value: (row) => row.approved_on,
        cell: (row) => f.date(row.approved_on),
      },
      {
        id: "related_to",
        header: t("relatedTo"),
        width: 150,
        hidden: true,
        value: (row) => row.related_to,
      },
    ],
    [t, f, labelOf, worth],
  );
  return (
    <DataGrid
      label={label}
      columns={columns}
      rows={actions}
      rowKey={(row) =>
        [row.last_date_with, row.label, row.value, row.multiplier, row.payment_date].join()
      }
      height={420}
    />
  );
}

/** What one share got: cash, new shares, or the right to buy some. */
function useWorth(): (action: TickerAction) => string {
  const t = useWords(eventWords);
  const f = useFormat();
  return useCallback(
    (action) => {
      if (action.kind === "stock") {
        return t("sharesForOne", { n: amount(action.multiplier, f.number) });
      }
      if (action.kind === "cash") return `R$ ${amount(action.value, f.number)}`;
      return t("subscriptionOf", {
        percent: f.percent((action.subscription_percent ?? 0) / 100, 1),
        price: f.money(action.subscription_price),
      });
    },
    [t, f],
  );
}
