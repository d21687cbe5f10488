/** CDI, IPCA and Ibovespa since a common day. */

import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chart } from "@/ui/chart/Chart";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { words } from "./words";

const NAMES = { CDI: "CDI", IPCA: "IPCA", IBOV: "Ibovespa" } as const;
const isKnown = (name: string): name is keyof typeof NAMES => name in NAMES;

export function Benchmarks() {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/rates/benchmarks", {
    params: { query: { names: Object.keys(NAMES).join(",") } },
  });
  const data = query.data?.data;
  const nameOf = (name: string) => (isKnown(name) ? NAMES[name] : name);
  const best = data?.returns.reduce<number>(
    (found, one, place) => ((one ?? -9) > (data.returns[found] ?? -9) ? place : found),
    0,
  );
  const title =
    data && best !== undefined && data.returns[best] !== null
      ? t("benchFinding", {
          name: nameOf(data.names[best] ?? ""),
          date: f.date(data.since),
          change: f.change(data.returns[best]),
        })
      : t("benchTitle");
  return (
    <Panel title={title} note={t("benchNote")} origin={query.data?.origin}>
      <Await query={query} skeleton={<Skeleton shape="chart" height={340} />}>
        {({ data: found }) => (
          <Chart
            title={title}
            name="referencias"
            height={340}
            panels={[{ id: "main", unit: "number", base: 100, places: 1 }]}
            series={found.names.map((name, place) => {
              const known = (found.levels[place] ?? []).flatMap((level, at) =>
                level === null ? [] : [{ day: found.dates[at] ?? "", value: level * 100 }],
              );
              return {
                name: nameOf(name),
                entity: `benchmark-${name}`,
                dash: name === "CDI",
                kind: name === "IPCA" ? ("step" as const) : ("line" as const),
                x: known.map((one) => one.day),
                y: known.map((one) => one.value),
              };
            })}
            query="SELECT benchmark, ref_date, level FROM gold.benchmarks ORDER BY ref_date"
          />
        )}
      </Await>
    </Panel>
  );
}
