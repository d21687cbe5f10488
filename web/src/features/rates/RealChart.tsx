/** What CDI left after inflation. */

import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chart } from "@/ui/chart/Chart";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { words } from "./words";

const HEIGHT = 380;

export function RealChart() {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/rates/real");
  const last = query.data?.data.real.at(-1);
  const title =
    last === undefined
      ? t("realTitle")
      : t(last < 0 ? "realDown" : "realUp", { real: f.percent(Math.abs(last)) });
  return (
    <Panel title={title} note={t("realHelp")} origin={query.data?.origin}>
      <Await
        query={query}
        skeleton={<Skeleton shape="chart" height={HEIGHT} />}
        isEmpty={(answer) => !answer.data.months.length}
        empty={<Empty title={t("noReal")} command="lastro ingest bcb_rates" />}
      >
        {({ data }) => (
          <Chart
            title={title}
            name="juro-real"
            height={HEIGHT}
            panels={[{ id: "main", unit: "percent", base: 0 }]}
            series={[
              { name: t("real"), kind: "area", tone: "accent", x: data.months, y: data.real },
            ]}
          />
        )}
      </Await>
    </Panel>
  );
}
