/** The Focus survey: what is expected now, and how the medians came there. */

import { useAnswer } from "@/api/client";
import { Problem } from "@/api/problem";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chart } from "@/ui/chart/Chart";
import type { Unit } from "@/ui/chart/types";
import { Empty } from "@/ui/Empty";
import { Columns, Span } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { type Expectations, mostRevised } from "./figures";
import css from "./rates.module.css";
import { type Horizon, isHorizon, type RatesSearch } from "./search";
import { words } from "./words";

const HEIGHT = 340;
const LINES = 6;

export interface FocusProps {
  search: RatesSearch;
  onSearch: (change: RatesSearch) => void;
}

export function Focus({ search, onSearch }: FocusProps) {
  const t = useWords(words);
  const f = useFormat();
  const indicator = search.indicator ?? "IPCA";
  const horizon = search.horizon ?? "annual";
  const query = useAnswer(
    "/api/v1/rates/expectations",
    { params: { query: { indicator, horizon } } },
    { keep: true },
  );
  const data = query.data?.data;
  const missing = query.error instanceof Problem && query.error.status === 404;
  if (missing && !data) {
    return (
      <Panel title={t("focusTitle")}>
        <Empty title={t("noFocus")} command="lastro ingest bcb_focus && lastro build">
          {t("noFocusHelp")}
        </Empty>
      </Panel>
    );
  }
  const title = data ? finding(data) : t("focusTitle");
  return (
    <Columns>
      <Span of={6}>
        <Panel
          title={title}
          note={data && t("focusNote", { date: f.date(data.ref_date) })}
          origin={query.data?.origin}
          actions={data && <Choices data={data} onSearch={onSearch} />}
        >
          <Await query={query} skeleton={<Skeleton shape="chart" height={HEIGHT} />}>
            {(answer) => <Fan data={answer.data} title={title} />}
          </Await>
        </Panel>
      </Span>
      <Span of={6}>
        <Panel
          title={t("focusPast")}
          note={data && `${data.indicator}, ${t(data.horizon as Horizon)}`}
        >
          <Await query={query} skeleton={<Skeleton shape="chart" height={HEIGHT} />}>
            {(answer) => <Past data={answer.data} />}
          </Await>
        </Panel>
      </Span>
    </Columns>
  );

  function finding(survey: Expectations): string {
    const one = mostRevised(survey) ?? survey.targets[0];
    if (!one) return t("focusTitle");
    const said = {
      indicator: survey.indicator,
      target: one.target || t("focusNext"),
      median: shown(survey, one.median),
    };
    return one.week_before === null || one.week_before === one.median
      ? t("focusFinding", said)
      : t("focusRevised", { ...said, before: shown(survey, one.week_before) });
  }

  function shown(survey: Expectations, value: number): string {
    return survey.unit === "ratio" ? f.percent(value) : f.money(value, "BRL");
  }
}

const unitOf = (data: Expectations): Unit => (data.unit === "ratio" ? "percent" : "number");

function Choices({ data, onSearch }: { data: Expectations } & Pick<FocusProps, "onSearch">) {
  const t = useWords(words);
  const horizons = (data.indicators[data.indicator] ?? []).filter(isHorizon);
  return (
    <div className={css.choices}>
      <Select
        label={t("indicator")}
        value={data.indicator}
        choices={Object.keys(data.indicators).map((value) => ({ value, label: value }))}
        onChange={(indicator) => {
          const kinds = (data.indicators[indicator] ?? []).filter(isHorizon);
          const same = kinds.includes(data.horizon as Horizon);
          onSearch({ indicator, horizon: same ? (data.horizon as Horizon) : kinds[0] });
        }}
      />
      <Select<Horizon>
        label={t("horizon")}
        value={data.horizon as Horizon}
        choices={horizons.map((value) => ({ value, label: t(value) }))}
        onChange={(horizon) => onSearch({ horizon })}
      />
    </div>
  );
}

/** Medians by target with the band of all answers. */
function Fan({ data, title }: { data: Expectations; title: string }) {
  const t = useWords(words);
  const targets = data.targets;
  return (
    <Chart
      title={title}
      name={`focus-${data.indicator.toLowerCase()}`}
      height={HEIGHT}
      ranges={false}
      panels={[{ id: "main", unit: unitOf(data), places: 2 }]}
      series={[
        {
          name: t("median"),
          tone: "accent",
          kind: targets.length < 2 ? "dots" : "line",
          x: targets.map((one) => one.target || t("12months")),
          y: targets.map((one) => one.median),
          low: targets.map((one) => one.lowest),
          high: targets.map((one) => one.highest),
        },
      ]}
    />
  );
}

function Past({ data }: { data: Expectations }) {
  const t = useWords(words);
  return (
    <Chart
      title={t("focusPast")}
      name={`focus-medianas-${data.indicator.toLowerCase()}`}
      height={HEIGHT}
      panels={[{ id: "main", unit: unitOf(data), places: 2 }]}
      series={data.names.slice(0, LINES).map((name, place) => ({
        name: name || t("12months"),
        entity: `focus-${name}`,
        x: data.dates,
        y: data.medians[place] ?? [],
      }))}
      query={`SELECT ref_date, target, median FROM silver.expectations WHERE indicator = '${data.indicator.replaceAll("'", "''")}' AND horizon = '${data.horizon}' AND base = 0 ORDER BY ref_date, target`}
    />
  );
}
