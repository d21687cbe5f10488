/** Selic, CDI and price indexes, all a year. */

import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chart } from "@/ui/chart/Chart";
import type { Series } from "@/ui/chart/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import type { RateCard } from "./figures";
import { useRateName } from "./useRateName";
import { words } from "./words";

const HEIGHT = 380;

export function InterestChart({ cards }: { cards: readonly RateCard[] }) {
  const t = useWords(words);
  const f = useFormat();
  const nameOf = useRateName();
  const ask = (series: string) => ({ params: { path: { series } } });
  const has = (code: string) => ({ enabled: cards.some((card) => card.code === code) });
  const selic = useAnswer("/api/v1/rates/{series}", ask("SELIC_TARGET"), has("SELIC_TARGET"));
  const cdi = useAnswer("/api/v1/rates/{series}", ask("CDI"), has("CDI"));
  const ipca = useAnswer("/api/v1/rates/{series}", ask("IPCA"), has("IPCA"));
  const igpm = useAnswer("/api/v1/rates/{series}", ask("IGP-M"), has("IGP-M"));
  const asked = [selic, cdi, ipca, igpm];
  const first = asked.find((one) => one.isLoading) ?? asked.find((one) => one.data) ?? selic;
  const yearly = (code: string) => cards.find((card) => card.code === code)?.yearly ?? null;
  const [rate, prices] = [yearly("SELIC_TARGET"), yearly("IPCA")];
  const gap = rate !== null && prices !== null ? rate - prices : null;
  const points = t("pp", { value: f.number(Math.abs(gap ?? 0) * 100, 1) });
  const title =
    gap === null ? t("historyTitle") : t(gap < 0 ? "historyBelow" : "historyAbove", { points });
  const series = asked.flatMap((one): Series[] => {
    const found = one.data?.data;
    if (!found) return [];
    const known = found.yearly.flatMap((value, at) => (value === null ? [] : [at]));
    return [
      {
        name: found.code === "SELIC_TARGET" ? "Selic" : nameOf(found.code),
        entity: `rate-${found.code}`,
        kind: found.code === "SELIC_TARGET" ? "step" : "line",
        dash: found.code === "CDI",
        x: known.map((at) => found.dates[at] ?? ""),
        y: known.map((at) => found.yearly[at] ?? null),
      },
    ];
  });
  return (
    <Panel title={title} note={t("historyNote")} origin={first.data?.origin}>
      <Await query={first} skeleton={<Skeleton shape="chart" height={HEIGHT} />}>
        {() => (
          <Chart
            title={title}
            name="juros-e-inflacao"
            height={HEIGHT}
            panels={[{ id: "main", unit: "percent" }]}
            series={series}
            query="SELECT ref_date, rate, value, unit FROM silver.interest_rates ORDER BY ref_date"
          />
        )}
      </Await>
    </Panel>
  );
}
