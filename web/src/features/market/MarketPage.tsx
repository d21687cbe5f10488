/** The market on a day: what happened, where, to whom; then every paper. */

import { useAnswer } from "@/api/client";
import { Problem } from "@/api/problem";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Empty } from "@/ui/Empty";
import { Hint } from "@/ui/Hint";
import { Columns, Page, Span } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { BreadthChart } from "./BreadthChart";
import { DayNav } from "./DayNav";
import { againstUsual, type MarketDay, wayOf } from "./findings";
import { Groups } from "./Groups";
import { Movers } from "./Movers";
import css from "./market.module.css";
import { Screener } from "./Screener";
import { SectorMap } from "./SectorMap";
import type { MarketSearch } from "./search";
import { words } from "./words";

export interface MarketPageProps {
  search: MarketSearch;
  onSearch: (change: Partial<MarketSearch>) => void;
}

export function MarketPage({ search, onSearch }: MarketPageProps) {
  const t = useWords(words);
  const query = useAnswer(
    "/api/v1/market/today",
    { params: { query: { date: search.date } } },
    { keep: true },
  );
  const day = query.data?.data;
  const bare = query.error instanceof Problem && query.error.status === 404 && !search.date;
  return (
    <Page
      title={t("market")}
      lead={day && <Lead day={day} />}
      actions={!bare && <DayNav day={day} onDay={(date) => onSearch({ date })} />}
    >
      {bare ? (
        <Empty title={t("noMarket")} command="lastro ingest b3_cotahist && lastro build">
          {t("noMarketHelp")}
        </Empty>
      ) : (
        <>
          <Await query={query} skeleton={<Waiting />}>
            {(answer) => (
              <>
                <WhyNot day={answer.data} />
                <Columns>
                  <Span of={8}>
                    <SectorMap day={answer.data} origin={answer.origin} />
                  </Span>
                  <Span of={4}>
                    <Movers day={answer.data} />
                  </Span>
                  <Span of={7}>
                    <BreadthChart day={answer.data} />
                  </Span>
                  <Span of={5}>
                    <Groups day={answer.data} />
                  </Span>
                </Columns>
              </>
            )}
          </Await>
          <Screener search={search} onSearch={onSearch} />
        </>
      )}
    </Page>
  );
}

/** The day in one sentence. */
function Lead({ day }: { day: MarketDay }) {
  const t = useWords(words);
  const f = useFormat();
  const way = wayOf(day);
  const against = againstUsual(day);
  const share = f.percent(Math.abs(against ?? 0), 0);
  const versus =
    against === null
      ? ""
      : Math.abs(against) < 0.02
        ? t("versusSame")
        : t(against > 0 ? "versusMore" : "versusLess", { share });
  const values = {
    up: f.integer(day.up),
    down: f.integer(day.down),
    papers: f.integer(day.papers),
    date: f.date(day.ref_date),
    turnover: f.moneyCompact(day.turnover),
    versus,
  };
  const said =
    way === "up"
      ? t("leadUp", values)
      : way === "down"
        ? t("leadDown", values)
        : t("leadEven", values);
  return (
    <Hint text={t("usualHelp")}>
      <span>{said}</span>
    </Hint>
  );
}

function WhyNot({ day }: { day: MarketDay }) {
  const t = useWords(words);
  const f = useFormat();
  if (!day.why_not) return null;
  return (
    <p className={css.notice} role="status">
      {t(day.why_not, { asked: f.date(day.asked), date: f.date(day.ref_date) })}
    </p>
  );
}

function Waiting() {
  return (
    <Columns>
      <Span of={8}>
        <Skeleton shape="treemap" height={500} />
      </Span>
      <Span of={4}>
        <Skeleton shape="table" rows={10} />
      </Span>
      <Span of={7}>
        <Skeleton shape="chart" height={340} />
      </Span>
      <Span of={5}>
        <Skeleton shape="table" rows={9} />
      </Span>
    </Columns>
  );
}
