/** The ticker's total return beside benchmarks and other papers, each from 100. */

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useMemo, useState } from "react";
import { answerOf, useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { IconButton } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Combobox } from "@/ui/Combobox";
import { Chart } from "@/ui/chart/Chart";
import type { Series } from "@/ui/chart/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { type Comparison, lineReturn, missingLines } from "./findings";
import { COMPARED, MOST_COMPARED } from "./search";
import css from "./ticker.module.css";
import { words } from "./words";

const HEIGHT = 420;

export interface ComparePanelProps {
  ticker: string;
  range: [string, string];
  others: string[];
  onOthers: (others: string[]) => void;
}

export function ComparePanel({ ticker, range, others, onOthers }: ComparePanelProps) {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer(
    "/api/v1/tickers/{ticker}/comparison",
    { params: { path: { ticker }, query: { others, first: range[0], last: range[1] } } },
    { keep: true },
  );
  const data = query.data?.data;
  const series = useMemo(() => (data ? linesOf(data) : []), [data]);
  const title = useTitle(data, others);
  const missing = data ? missingLines(data) : [];
  const notes = [
    t("compareNote"),
    data?.shortened_by && t("compareLate", { name: data.shortened_by }),
    missing.length > 0 && t("compareMissing", { names: missing.join(", ") }),
  ];
  return (
    <Panel title={title} note={notes.filter(Boolean).join(" ")} origin={query.data?.origin ?? null}>
      <div className={css.compare}>
        {others.map((name) => (
          <Chip key={name}>
            <span className={css.compared}>
              {name} {data && f.change(lineReturn(data, name))}
              <IconButton
                label={t("remove", { name })}
                icon={<X size={13} />}
                onClick={() => onOthers(others.filter((other) => other !== name))}
              />
            </span>
          </Chip>
        ))}
        {others.length < MOST_COMPARED && (
          <AddCompared left={[ticker, ...others]} onAdd={(name) => onOthers([...others, name])} />
        )}
      </div>
      <Await query={query} skeleton={<Skeleton shape="chart" height={HEIGHT} />}>
        {() => (
          <Chart
            title={title}
            name={`${ticker}-${t("compareFile")}`}
            height={HEIGHT}
            ranges={false}
            panels={[{ id: "main", title: t("index100"), unit: "number", base: 100, places: 1 }]}
            series={series}
          />
        )}
      </Await>
    </Panel>
  );
}

function linesOf(comparison: Comparison): Series[] {
  return comparison.lines
    .filter((line) => line.values.some((value) => value !== null))
    .map((line) => ({
      name: line.name,
      entity: line.name,
      x: comparison.dates,
      y: line.values.map((value) => (value === null ? null : value * 100)),
    }));
}

function useTitle(data: Comparison | undefined, others: string[]): string {
  const t = useWords(words);
  const f = useFormat();
  const first = data?.dates[0];
  if (!data || !first) return t("compareTitle", { first: "–" });
  const other = others.find((name) => lineReturn(data, name) !== null);
  const own = lineReturn(data, data.ticker);
  if (!other || own === null) return t("compareTitle", { first: f.date(first) });
  return t("compareAhead", {
    ticker: data.ticker,
    own: f.change(own),
    other,
    theirs: f.change(lineReturn(data, other)),
  });
}

interface AddComparedProps {
  left: readonly string[];
  onAdd: (name: string) => void;
}

function AddCompared({ left, onAdd }: AddComparedProps) {
  const t = useWords(words);
  const [text, setText] = useState("");
  const asked = text.trim();
  const found = useQuery({
    ...answerOf("/api/v1/tickers/search", { params: { query: { q: asked, limit: 12 } } }),
    enabled: asked.length > 0,
  });
  const benchmarks = COMPARED.filter((name) =>
    name.toLowerCase().startsWith(asked.toLowerCase()),
  ).map((name) => ({ value: name, label: name }));
  const papers = (asked ? (found.data?.data ?? []) : []).map((paper) => ({
    value: paper.ticker,
    label: paper.ticker,
    note: paper.name ?? undefined,
  }));
  return (
    <Combobox
      label={t("addCompared")}
      value={null}
      choices={[...benchmarks, ...papers].filter((choice) => !left.includes(choice.value))}
      onType={setText}
      onChange={(choice) => choice && onAdd(choice.value)}
      width={220}
    />
  );
}
