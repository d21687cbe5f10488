/** How far an index went. */

import { useState } from "react";
import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Change } from "@/ui/Change";
import { Chart } from "@/ui/chart/Chart";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { over } from "./findings";
import css from "./indexes.module.css";
import { words } from "./words";

const SPANS = { "1d": "day", "1m": "month", ytd: "ytd", "12m": "year" } as const;

export function LevelPanel({ code, name }: { code: string; name: string }) {
  const t = useWords(words);
  const f = useFormat();
  const [range, setRange] = useState<[string, string]>();
  const query = useAnswer("/api/v1/indexes/{code}/levels", { params: { path: { code } } });
  const data = query.data?.data;
  const inRange = (day: string) => !range || (day >= range[0] && day <= range[1]);
  const shown = data?.levels.filter((_, place) => inRange(data.dates[place] ?? ""));
  const since = data?.dates.find(inRange);
  const moved = shown ? over(shown) : null;
  const title =
    moved === null
      ? t("levelOne", { name })
      : t(moved < 0 ? "levelDown" : "levelUp", {
          name,
          change: f.percent(Math.abs(moved)),
          date: f.date(since),
        });
  return (
    <Panel title={title} note={t("levelNote")} origin={query.data?.origin}>
      <Await
        query={query}
        skeleton={<Skeleton shape="chart" height={400} />}
        isEmpty={(answer) => !answer.data.dates.length}
        empty={<Empty title={t("noLevels")} command="lastro ingest b3_index_levels" />}
      >
        {({ data: levels }) => (
          <>
            <dl className={css.spans}>
              {Object.entries(SPANS).map(([span, word]) => (
                <div key={span}>
                  <dt>{t(word)}</dt>
                  <dd className="num">
                    <Change value={levels.spans[span] ?? null} />
                  </dd>
                </div>
              ))}
            </dl>
            <Chart
              title={title}
              name={`indice-${code.toLowerCase()}`}
              height={360}
              panels={[{ id: "main", unit: "integer" }]}
              series={[
                {
                  name: code,
                  entity: `index-${code}`,
                  tone: "accent",
                  x: levels.dates,
                  y: levels.levels,
                },
              ]}
              {...(range && { range })}
              onRange={setRange}
              query={`SELECT ref_date, level FROM silver.index_levels WHERE index_code = '${code}' ORDER BY ref_date`}
            />
          </>
        )}
      </Await>
    </Panel>
  );
}
