/** The quota against CDI and the Ibovespa, with its fall from the peak below. */

import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chart } from "@/ui/chart/Chart";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { type Asked, paramsOf } from "./FundPage";
import { type Days, growthOf } from "./growth";
import { sqlOf } from "./sql";
import type { FundQuotas } from "./types";
import { useMarks } from "./useMarks";
import { words } from "./words";

const HEIGHT = 440;

export interface RangedProps {
  asked: Asked;
  range: Days | null;
  onRange: (range: Days) => void;
}

export function FundGrowth(props: RangedProps & { name: string | null }) {
  const { asked, range } = props;
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/funds/{cnpj}/quotas", paramsOf(asked));
  const earned = useMemo(
    () => (query.data ? growthOf(query.data.data, range).earned : null),
    [query.data, range],
  );
  const title = !earned
    ? t("quota")
    : earned.fund === null
      ? t("growthNone")
      : earned.cdi === null && earned.ibov === null
        ? t("growthAlone", { fund: f.change(earned.fund) })
        : t("growthTitle", {
            fund: f.change(earned.fund),
            cdi: f.change(earned.cdi),
            ibov: f.change(earned.ibov),
          });
  return (
    <Panel title={title} note={t("growthNote")} origin={query.data?.origin}>
      <Await
        query={query}
        skeleton={<Skeleton shape="chart" height={HEIGHT + 40} />}
        isEmpty={(answer) => !answer.data.dates.length}
        empty={
          <Empty title={t("noDays")} command="lastro ingest cvm_funds">
            {t("noDaysHint")}
          </Empty>
        }
      >
        {(answer) => <GrowthChart {...props} title={title} quotas={answer.data} />}
      </Await>
    </Panel>
  );
}

interface GrowthChartProps extends RangedProps {
  name: string | null;
  title: string;
  quotas: FundQuotas;
}

function GrowthChart({ asked, name, title, quotas, range, onRange }: GrowthChartProps) {
  const t = useWords(words);
  const marks = useMarks(asked);
  const panels = useMemo(
    () => [
      { id: "growth", title: t("growth"), unit: "number" as const, share: 3, base: 100, places: 1 },
      { id: "fall", title: t("fall"), unit: "percent" as const, share: 1, base: 0 },
    ],
    [t],
  );
  const series = useMemo(() => {
    // Every day is drawn, so that zooming out finds it; the range only moves the base.
    const grown = growthOf(quotas, range);
    const x = quotas.dates;
    const known = (line: readonly (number | null)[]) => line.some((value) => value !== null);
    return [
      { name: t("thisFund"), entity: asked.cnpj, x, y: grown.fund },
      ...(known(quotas.cdi) ? [{ name: "CDI", entity: "CDI", x, y: grown.cdi }] : []),
      ...(known(quotas.ibov) ? [{ name: "Ibovespa", entity: "IBOV", x, y: grown.ibov }] : []),
      {
        name: t("fall"),
        x,
        y: quotas.drawdown,
        kind: "area" as const,
        panel: "fall",
        tone: "down" as const,
        unlabelled: true,
      },
    ];
  }, [quotas, range, asked.cnpj, t]);
  return (
    <Chart
      title={`${name ?? ""}: ${title}`}
      name={`cota-${asked.cnpj}`}
      height={HEIGHT}
      panels={panels}
      series={series}
      events={marks}
      range={range ?? undefined}
      onRange={onRange}
      query={sqlOf("silver.fund_navs", asked, "ref_date, quota, net_worth")}
    />
  );
}
