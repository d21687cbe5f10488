/** Rates and currencies: today, the past, what is expected. */

import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Empty } from "@/ui/Empty";
import { Columns, Page, Span } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { Benchmarks } from "./Benchmarks";
import { Cards } from "./Cards";
import { Focus } from "./Focus";
import { Fx } from "./Fx";
import { InterestChart } from "./InterestChart";
import { RealChart } from "./RealChart";
import type { RatesSearch } from "./search";
import { words } from "./words";

export interface RatesPageProps {
  search: RatesSearch;
  onSearch: (change: RatesSearch) => void;
}

export function RatesPage({ search, onSearch }: RatesPageProps) {
  const t = useWords(words);
  const cards = useAnswer("/api/v1/rates");
  return (
    <Page title={t("rates")} lead={<Lead />}>
      <Await
        query={cards}
        skeleton={<Skeleton shape="stats" />}
        isEmpty={(answer) => !answer.data.length}
        empty={
          <Empty title={t("none")} command="lastro ingest bcb_rates && lastro build">
            {t("noneHelp")}
          </Empty>
        }
      >
        {(answer) => (
          <>
            <Cards cards={answer.data} />
            <Columns>
              <Span of={8}>
                <InterestChart cards={answer.data} />
              </Span>
              <Span of={4}>
                <RealChart />
              </Span>
              <Span of={12}>
                <Benchmarks />
              </Span>
            </Columns>
          </>
        )}
      </Await>
      <Fx chosen={search.currency ?? "USD"} onChoose={(currency) => onSearch({ currency })} />
      <Focus search={search} onSearch={onSearch} />
    </Page>
  );
}

function Lead() {
  const t = useWords(words);
  const f = useFormat();
  const cards = useAnswer("/api/v1/rates").data?.data;
  const real = useAnswer("/api/v1/rates/real").data?.data.real.at(-1);
  const yearly = (code: string) => cards?.find((card) => card.code === code)?.yearly ?? null;
  const [selic, ipca] = [yearly("SELIC_TARGET"), yearly("IPCA")];
  if (selic === null || ipca === null || real === undefined) return null;
  return (
    <span>
      {t("lead", { selic: f.percent(selic), ipca: f.percent(ipca), real: f.percent(real) })}
    </span>
  );
}
