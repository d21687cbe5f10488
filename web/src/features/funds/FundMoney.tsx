/** What came in and went out: diverging bars, and the sum so far in a panel of its own. */

import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chart } from "@/ui/chart/Chart";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import type { RangedProps } from "./FundGrowth";
import { paramsOf } from "./FundPage";
import { barsOf, flowSum, spanOf } from "./growth";
import { sqlOf } from "./sql";
import type { FundFlows } from "./types";
import { words } from "./words";

const HEIGHT = 360;
const MOST_DAYS = 400; // bars that are still told apart

export function FundMoney(props: RangedProps) {
  const { asked, range } = props;
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/funds/{cnpj}/flows", paramsOf(asked));
  const title = useMemo(() => {
    if (!query.data) return t("netFlow");
    const { net, day, dayFlow } = flowSum(query.data.data, range);
    if (!net || !day) return t("flowsFlat");
    const money = f.moneyCompact(Math.abs(net));
    const date = f.date(day);
    return net < 0
      ? t("flowsOut", { money, date, worst: f.moneyChange(dayFlow) })
      : t("flowsIn", { money, date, best: f.moneyChange(dayFlow) });
  }, [query.data, range, t, f]);
  const weekly = query.data ? isLong(query.data.data, range) : false;
  return (
    <Panel
      title={title}
      note={t("flowsNote", { step: weekly ? t("stepWeek") : t("stepDay") })}
      origin={query.data?.origin}
    >
      <Await
        query={query}
        skeleton={<Skeleton shape="chart" height={HEIGHT + 40} />}
        isEmpty={(answer) => !answer.data.dates.length}
        empty={<Empty title={t("noDays")}>{t("noDaysHint")}</Empty>}
      >
        {(answer) => <MoneyChart {...props} title={title} flows={answer.data} weekly={weekly} />}
      </Await>
    </Panel>
  );
}

function isLong(flows: FundFlows, range: RangedProps["range"]): boolean {
  const [from, until] = spanOf(flows.dates, range);
  return until - from > MOST_DAYS;
}

interface MoneyChartProps extends RangedProps {
  title: string;
  flows: FundFlows;
  weekly: boolean;
}

function MoneyChart({ asked, title, flows, weekly, range, onRange }: MoneyChartProps) {
  const t = useWords(words);
  const panels = useMemo(
    () => [
      { id: "net", title: t("netFlow"), unit: "money" as const, share: 2, base: 0 },
      { id: "sum", title: t("cumulative"), unit: "money" as const, share: 1, base: 0 },
    ],
    [t],
  );
  const series = useMemo(() => {
    const bars = barsOf(flows, null, weekly);
    return [
      {
        name: t("netFlow"),
        x: bars.dates,
        y: bars.net,
        kind: "bar" as const,
        panel: "net",
        sign: true,
        unlabelled: true,
      },
      {
        name: t("cumulative"),
        x: bars.dates,
        y: bars.cumulative,
        panel: "sum",
        tone: "accent" as const,
        unlabelled: true,
      },
    ];
  }, [flows, weekly, t]);
  return (
    <Chart
      title={title}
      name={`captacao-${asked.cnpj}`}
      height={HEIGHT}
      panels={panels}
      series={series}
      range={range ?? undefined}
      onRange={onRange}
      query={sqlOf("gold.fund_flows_daily", asked, "ref_date, inflow, outflow, net_flow")}
    />
  );
}
