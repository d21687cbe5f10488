/** How the greatest weights of an index went, portfolio by portfolio. */

import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chart } from "@/ui/chart/Chart";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { concentration } from "./findings";
import { words } from "./words";

const TOP = 8;

export function WeightsPanel({ code }: { code: string }) {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/indexes/{code}/weights", {
    params: { path: { code }, query: { top: TOP } },
  });
  const data = query.data?.data;
  const title = data
    ? t("weightsFinding", {
        n: data.tickers.length,
        share: f.percent(concentration(data.weights), 1),
      })
    : t("weight");
  return (
    <Panel title={title} note={t("weightsNote")} origin={query.data?.origin}>
      <Await query={query} skeleton={<Skeleton shape="chart" height={360} />}>
        {({ data: found }) =>
          found.dates.length < 2 ? (
            <Empty title={t("oneDay", { date: f.date(found.dates[0]) })} />
          ) : (
            <Chart
              title={title}
              name={`pesos-${code.toLowerCase()}`}
              height={360}
              ranges={found.dates.length > 20}
              panels={[{ id: "main", unit: "percent" }]}
              series={found.tickers.map((ticker, place) => ({
                name: ticker,
                entity: ticker,
                x: found.dates,
                y: found.weights[place] ?? [],
              }))}
              query={`SELECT ref_date, ticker, weight FROM gold.index_composition WHERE index_code = '${code}' AND portfolio = 'day' ORDER BY ref_date, weight DESC`}
            />
          )
        }
      </Await>
    </Panel>
  );
}
