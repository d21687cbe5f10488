/** Groups over time: what each lost so far, week by week; below, the weeks of the first. */

import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chart } from "@/ui/chart/Chart";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { type By, type GroupSeries, shortName } from "./watch";
import { words } from "./words";

const HEIGHT = 380;

export function FlowLines({ by, names }: { by: By; names: readonly string[] }) {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer(
    "/api/v1/portability/series",
    { params: { query: { by, name: [...names] } } },
    { keep: true },
  );
  const first = query.data?.data.lines[0];
  const lost = first?.cumulative.at(-1) ?? 0;
  const title =
    first && lost < 0
      ? t("timeTitle", {
          name: first.name ?? t("everybody"),
          money: f.moneyCompact(Math.abs(lost)),
          date: f.month(query.data?.data.dates[0]),
        })
      : t("timeTitleNone");
  return (
    <Panel title={title} note={t("timeNote")} origin={query.data?.origin}>
      <Await
        query={query}
        skeleton={<Skeleton shape="chart" height={HEIGHT + 40} />}
        isEmpty={(answer) => !answer.data.dates.length}
        empty={<Empty title={t("none")}>{t("noneHint")}</Empty>}
      >
        {(answer) => <Lines title={title} series={answer.data} />}
      </Await>
    </Panel>
  );
}

function Lines({ title, series }: { title: string; series: GroupSeries }) {
  const t = useWords(words);
  const [first] = series.lines;
  const called = first?.name ? shortName(first.name) : t("everybody");
  const panels = useMemo(
    () => [
      { id: "sum", title: t("cumulative"), unit: "money" as const, share: 2, base: 0 },
      {
        id: "week",
        title: t("weekly", { name: called }),
        unit: "money" as const,
        share: 1,
        base: 0,
      },
    ],
    [t, called],
  );
  const lines = useMemo(
    () => [
      ...series.lines.map((line) => ({
        name: line.name ? shortName(line.name) : t("everybody"),
        entity: line.name ?? "all",
        x: series.dates,
        y: line.cumulative,
        panel: "sum",
      })),
      ...series.lines.slice(0, 1).map((line) => ({
        name: t("weekly", { name: called }),
        x: series.dates,
        y: line.net_flow,
        kind: "bar" as const,
        panel: "week",
        sign: true,
        unlabelled: true,
      })),
    ],
    [series, t, called],
  );
  return (
    <Chart
      title={title}
      name={`captacao-${series.by}`}
      height={HEIGHT}
      panels={panels}
      series={lines}
    />
  );
}
