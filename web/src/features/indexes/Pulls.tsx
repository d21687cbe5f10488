/** Which assets pulled an index up or down on the day. */

import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Chart } from "@/ui/chart/Chart";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { type Composition, leader, pulls } from "./findings";
import { words } from "./words";

const EACH_WAY = 8;

export function Pulls({ composition }: { composition: Composition }) {
  const t = useWords(words);
  const f = useFormat();
  const shown = pulls(composition.assets, EACH_WAY);
  const first = leader(composition);
  const points = (value: number | null) =>
    t("pp", { value: f.percent(Math.abs(value ?? 0)).replace(/\s?%$/, "") });
  const title = first
    ? t((first.contribution ?? 0) < 0 ? "pullDown" : "pullUp", {
        ticker: first.ticker,
        points: points(first.contribution),
      })
    : t("pullTitle");
  return (
    <Panel title={title} note={t(composition.basis === "close" ? "pullNoteClose" : "pullNote")}>
      {shown.length ? (
        <Chart
          title={title}
          name={`contribuicao-${composition.code.toLowerCase()}-${composition.ref_date}`}
          height={440}
          ranges={false}
          horizontal
          panels={[{ id: "main", unit: "percent", places: 1 }]}
          series={[
            {
              name: t("contribution"),
              kind: "bar",
              sign: true,
              x: shown.map((one) => one.ticker),
              y: shown.map((one) => one.contribution),
            },
          ]}
        />
      ) : (
        <Empty title={t("noPull")}>{t("noPullHelp")}</Empty>
      )}
    </Panel>
  );
}
