/** What came of a query: rows, a chart of them, or what went wrong and where. */

import { useMemo, useState } from "react";
import { download } from "@/api/download";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Empty } from "@/ui/Empty";
import { ErrorState } from "@/ui/ErrorState";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column, ExportFormat } from "@/ui/grid/types";
import { OriginChip } from "@/ui/OriginChip";
import { Skeleton } from "@/ui/Skeleton";
import { Toggle } from "@/ui/Toggle";
import { shapeOf } from "./cells";
import { ResultChart } from "./ResultChart";
import { type Cell, placeOf, type SqlAnswer } from "./result";
import css from "./sql.module.css";
import type { SqlState } from "./useSql";
import { words } from "./words";

export function Results({ state }: { state: SqlState }) {
  const t = useWords(words);
  const f = useFormat();
  const [shown, setShown] = useState<"table" | "chart">("table");
  const { answer } = state;
  if (state.error) return <Failed state={state} error={state.error} />;
  if (state.running && !answer) return <Skeleton shape="table" rows={8} />;
  if (!answer) {
    return (
      <Empty title={state.cancelled ? t("cancelled") : t("nothingYet")}>
        {t("nothingYetHelp")}
      </Empty>
    );
  }
  const count = answer.rows.length;
  return (
    <section className={css.results} aria-label={t("results")} aria-busy={state.running}>
      <header className={css.told}>
        <p role="status">
          {t("rows", {
            n: f.integer(count),
            count,
            seconds: f.number(answer.seconds, answer.seconds < 1 ? 3 : 1),
          })}
          {answer.truncated && (
            <span className={css.cut}>
              {answer.truncated === "rows"
                ? t("truncatedRows", { n: f.integer(count) })
                : t("truncatedBytes")}
            </span>
          )}
        </p>
        <Toggle
          label={t("results")}
          value={shown}
          onChange={setShown}
          choices={[
            { value: "table", label: t("asTable") },
            { value: "chart", label: t("asChart") },
          ]}
        />
        <OriginChip origin={state.origin} />
      </header>
      {shown === "table" ? (
        <Rows answer={answer} query={state.query} />
      ) : (
        <ResultChart key={state.query} answer={answer} />
      )}
    </section>
  );
}

function Failed({ state, error }: { state: SqlState; error: Error }) {
  const t = useWords(words);
  const place = placeOf(error.message, state.query);
  const line = place ? state.query.split("\n")[place.line - 1] : undefined;
  return (
    <div className={css.failed}>
      {place && line !== undefined && (
        <p className={css.faulty}>
          <span className="quiet small">{t("errorAt", { line: place.line })}</span>
          <code className="mono">{line.trim()}</code>
        </p>
      )}
      <ErrorState error={error} />
    </div>
  );
}

type Row = { at: number; cells: Cell[] };
/** What the first columns are in a phone's two-line row. */
const PHONE = ["title", "note", "figure", "figure", "figure"] as const;

function Rows({ answer, query }: { answer: SqlAnswer; query: string }) {
  const t = useWords(words);
  const f = useFormat();
  const rows = useMemo<Row[]>(
    () => answer.rows.map((cells, at) => ({ at, cells: cells as Cell[] })),
    [answer],
  );
  const columns = useMemo<Column<Row>[]>(
    () =>
      answer.columns.map((column, at) => {
        const shape = shapeOf(f, column.type);
        return {
          id: `${at}`,
          header: column.name,
          help: column.type,
          width: shape.width,
          align: shape.align,
          value: (row) => row.cells[at] ?? null,
          cell: (row) => shape.say(row.cells[at]),
          phone: PHONE[at],
        };
      }),
    [answer, f],
  );
  const save = (format: ExportFormat) =>
    download("/api/v1/exports", `consulta.${format}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        query,
        format,
        dialect: f.language === "en" ? "international" : "br",
      }),
    });
  return (
    <DataGrid
      label={t("results")}
      columns={columns}
      rows={rows}
      rowKey={(row) => String(row.at)}
      exportAs={save}
      empty={<Empty title={t("noRows")} />}
      height={420}
    />
  );
}
