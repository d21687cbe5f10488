/** The indexes: a list to choose from, and all about the chosen one. */

import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Empty } from "@/ui/Empty";
import { Columns, Page, Span } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { ChangesPanel } from "./ChangesPanel";
import { CompositionGrid } from "./CompositionGrid";
import { type Composition, leader, type Summary } from "./findings";
import { IndexList } from "./IndexList";
import { LevelPanel } from "./LevelPanel";
import { Pulls } from "./Pulls";
import { SectorTree } from "./SectorTree";
import type { IndexesSearch } from "./search";
import { WeightsPanel } from "./WeightsPanel";
import { words } from "./words";

export interface IndexesPageProps {
  search: IndexesSearch;
  onSearch: (change: IndexesSearch) => void;
}

export function IndexesPage({ search, onSearch }: IndexesPageProps) {
  const t = useWords(words);
  const code = search.code ?? "IBOV";
  const list = useAnswer("/api/v1/indexes");
  const made = useAnswer(
    "/api/v1/indexes/{code}",
    { params: { path: { code }, query: { date: search.date } } },
    { keep: true },
  );
  const summary = list.data?.data.find((one) => one.code === code);
  const composition = made.data?.data.code === code ? made.data.data : undefined;
  return (
    <Page
      title={t("indexes")}
      lead={summary && <Lead summary={summary} composition={composition} />}
      actions={
        composition && (
          <PortfolioDay composition={composition} onDay={(date) => onSearch({ date })} />
        )
      }
    >
      <Await
        query={list}
        skeleton={<Skeleton shape="chart" height={420} />}
        isEmpty={(answer) => !answer.data.length}
        empty={
          <Empty
            title={t("none")}
            command="lastro ingest b3_index_levels && lastro ingest b3_index_portfolio && lastro build"
          >
            {t("noneHelp")}
          </Empty>
        }
      >
        {(answer) => (
          <Columns>
            <Span of={4}>
              <Panel title={t("list")} note={t("listNote")} origin={answer.origin}>
                <IndexList
                  indexes={answer.data}
                  chosen={code}
                  onChoose={(one) => onSearch({ code: one, date: undefined })}
                />
              </Panel>
            </Span>
            <Span of={8}>
              <LevelPanel code={code} name={summary?.name ?? code} />
            </Span>
            <Span of={12}>
              <Await
                query={made}
                skeleton={<Skeleton shape="treemap" height={440} />}
                isEmpty={(found) => !found.data.assets.length}
                empty={
                  <Empty title={t("noPortfolio")} command="lastro ingest b3_index_portfolio" />
                }
              >
                {(found) => (
                  <Columns>
                    <Span of={8}>
                      <SectorTree composition={found.data} origin={found.origin} />
                    </Span>
                    <Span of={4}>
                      <Pulls composition={found.data} />
                    </Span>
                    <Span of={7}>
                      <WeightsPanel code={code} />
                    </Span>
                    <Span of={5}>
                      <ChangesPanel code={code} />
                    </Span>
                    <Span of={12}>
                      <CompositionGrid composition={found.data} origin={found.origin} />
                    </Span>
                  </Columns>
                )}
              </Await>
            </Span>
          </Columns>
        )}
      </Await>
    </Page>
  );
}

function Lead({ summary, composition }: { summary: Summary; composition?: Composition }) {
  const t = useWords(words);
  const f = useFormat();
  if (summary.level === null) return null;
  const said = {
    name: summary.name,
    level: f.number(summary.level, 0),
    date: f.date(summary.ref_date),
    change: f.change(summary.change),
  };
  const first = composition?.ref_date === summary.ref_date ? leader(composition) : null;
  if (!first) return <span>{t("lead", said)}</span>;
  const points = t("pp", {
    value: f.change(first.contribution).replace(/\s?%$/, ""),
  });
  return <span>{t("leadPull", { ...said, ticker: first.ticker, points })}</span>;
}

function PortfolioDay(props: { composition: Composition; onDay: (date: string) => void }) {
  const t = useWords(words);
  const f = useFormat();
  const { composition, onDay } = props;
  if (composition.available.length < 2) return null;
  return (
    <Select
      label={t("portfolio")}
      labelled
      value={composition.ref_date}
      choices={composition.available.map((day) => ({ value: day, label: f.date(day) }))}
      onChange={onDay}
    />
  );
}
