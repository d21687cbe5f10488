/** Holders and net worth over time, one above the other. */

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
import { sqlOf } from "./sql";
import { words } from "./words";

const HEIGHT = 320;

export function FundCrowd({ asked, range, onRange }: RangedProps) {
  const t = useWords(words);
  const f = useFormat();
  const crowd = useAnswer("/api/v1/funds/{cnpj}/holders", paramsOf(asked));
  const quotas = useAnswer("/api/v1/funds/{cnpj}/quotas", paramsOf(asked));
  const holders = crowd.data?.data;
  const worth = quotas.data?.data;
  const title =
    holders?.dates.length && worth
      ? t("crowdTitle", {
          holders: f.integer(holders.holders.at(-1)),
          worth: f.moneyCompact(worth.net_worth.at(-1)),
        })
      : t("holdersPanel");
  const panels = useMemo(
    () => [
      { id: "holders", title: t("holdersPanel"), unit: "integer" as const },
      { id: "worth", title: t("worthPanel"), unit: "money" as const },
    ],
    [t],
  );
  const series = useMemo(
    () => [
      {
        name: t("holdersPanel"),
        x: holders?.dates ?? [],
        y: holders?.holders ?? [],
        kind: "step" as const,
        panel: "holders",
        tone: "accent" as const,
        unlabelled: true,
      },
      {
        name: t("worthPanel"),
        entity: asked.cnpj,
        x: worth?.dates ?? [],
        y: worth?.net_worth ?? [],
        panel: "worth",
        unlabelled: true,
      },
    ],
    [holders, worth, asked.cnpj, t],
  );
  return (
    <Panel title={title} origin={crowd.data?.origin}>
      <Await
        query={crowd}
        skeleton={<Skeleton shape="chart" height={HEIGHT + 40} />}
        isEmpty={(answer) => !answer.data.dates.length}
        empty={<Empty title={t("noDays")}>{t("noDaysHint")}</Empty>}
      >
        {() => (
          <Chart
            title={title}
            name={`cotistas-${asked.cnpj}`}
            height={HEIGHT}
            panels={panels}
            series={series}
            range={range ?? undefined}
            onRange={onRange}
            query={sqlOf(
              "gold.fund_flows_daily",
              asked,
              "ref_date, holders_end, holders_change, mean_net_worth",
            )}
          />
        )}
      </Await>
    </Panel>
  );
}
