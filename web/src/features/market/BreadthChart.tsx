/** Papers that rose and fell, session by session, and what was traded. */

import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Chart } from "@/ui/chart/Chart";
import { Panel } from "@/ui/Panel";
import { goodSessions, type MarketDay } from "./findings";
import { words } from "./words";

export function BreadthChart({ day }: { day: MarketDay }) {
  const t = useWords(words);
  const f = useFormat();
  const { breadth } = day;
  const { good, of } = goodSessions(breadth, 21);
  const title = t("breadthTitle", { good: f.integer(good), n: of });
  return (
    <Panel title={title}>
      <Chart
        title={title}
        name={t("breadthName")}
        height={300}
        panels={[
          { id: "papers", title: t("papers"), unit: "integer", share: 3 },
          { id: "money", title: t("turnover"), unit: "money", share: 2 },
        ]}
        series={[
          {
            name: t("rose"),
            x: breadth.dates,
            y: breadth.up,
            kind: "bar",
            panel: "papers",
            sign: true,
            stack: "papers",
          },
          {
            name: t("fell"),
            x: breadth.dates,
            y: breadth.down.map((count) => -count),
            kind: "bar",
            panel: "papers",
            sign: true,
            stack: "papers",
          },
          {
            name: t("turnover"),
            x: breadth.dates,
            y: breadth.turnover,
            kind: "bar",
            panel: "money",
            tone: "benchmark",
          },
        ]}
      />
    </Panel>
  );
}
