/** The workbench: tables at the left, the query, and below it what came of it. */

import { PanelLeft, Play, Square } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Button, IconButton } from "@/ui/Button";
import { Page } from "@/ui/Page";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import type { EditorHandle } from "./Editor";
import { Results } from "./Results";
import { placeOf } from "./result";
import { queryOf, SavedQueries, SaveQuery, type View } from "./Saved";
import { SchemaTree } from "./SchemaTree";
import { SAMPLES } from "./samples";
import css from "./sql.module.css";
import { useSql } from "./useSql";
import { words } from "./words";

const Editor = lazy(() => import("./Editor"));

export interface SqlSearch {
  q?: string;
  view?: string;
}

export interface SqlPageProps {
  search: SqlSearch;
  onSearch: (search: SqlSearch) => void;
}

export function SqlPage({ search, onSearch }: SqlPageProps) {
  const t = useWords(words);
  const schema = useAnswer("/api/v1/sql/schema");
  const editor = useRef<EditorHandle>(null);
  const sql = useSql();
  const [tables, setTables] = useState(() => window.innerWidth > 1000);
  const [view, setView] = useState<View | null>(null);
  const [blank, setBlank] = useState(!search.q);
  const opened = useAnswer(
    "/api/v1/views/{link}",
    { params: { path: { link: search.view ?? "" } } },
    { enabled: Boolean(search.view) },
  );
  const linked = opened.data;
  useEffect(() => {
    if (!linked) return;
    setView(linked);
    editor.current?.replace(queryOf(linked));
  }, [linked]);

  const run = () => {
    const query = editor.current?.text().trim() ?? "";
    if (!query) return;
    onSearch({ q: query.length < 4000 ? query : undefined, view: view?.link });
    void sql.run(query);
  };
  const write = (query: string) => {
    editor.current?.replace(query);
    editor.current?.focus();
  };
  const fault = useMemo(
    () => (sql.error ? placeOf(sql.error.message, sql.query) : null),
    [sql.error, sql.query],
  );
  const seconds = schema.data?.data.seconds;
  return (
    <Page
      title={t("sql")}
      lead={seconds !== undefined && t("lead", { seconds })}
      actions={
        <>
          <Samples
            onChoose={(query) => {
              setView(null);
              write(query);
            }}
          />
          <SavedQueries
            onOpen={(saved) => {
              setView(saved);
              write(queryOf(saved));
              onSearch({ view: saved.link });
            }}
          />
        </>
      }
    >
      <div className={css.bench} data-tables={tables || undefined}>
        {tables && (
          <aside className={css.side} aria-label={t("tables")}>
            <Await query={schema} skeleton={<Skeleton shape="text" rows={12} />}>
              {(answer) => (
                <SchemaTree
                  schema={answer.data}
                  onInsert={(text) => editor.current?.insert(text)}
                />
              )}
            </Await>
          </aside>
        )}
        <div className={css.work}>
          <div className={css.bar}>
            <IconButton
              label={tables ? t("hideTables") : t("showTables")}
              icon={<PanelLeft size={16} aria-hidden="true" />}
              pressed={tables}
              onClick={() => setTables(!tables)}
            />
            {sql.running ? (
              <Button
                look="danger"
                icon={<Square size={14} aria-hidden="true" />}
                onClick={sql.cancel}
              >
                {t("cancel")}
              </Button>
            ) : (
              <Button
                look="main"
                icon={<Play size={14} aria-hidden="true" />}
                disabled={blank}
                onClick={run}
              >
                {t("run")}
              </Button>
            )}
            <kbd className={css.keys}>{t("runKeys")}</kbd>
            {sql.running && <Clock />}
            <span className={css.gap} />
            {view && <span className="quiet">{view.name}</span>}
            <SaveQuery
              query={() => editor.current?.text() ?? ""}
              view={view}
              onSaved={(saved) => {
                setView(saved);
                onSearch({ ...search, view: saved.link });
              }}
            />
          </div>
          <Suspense fallback={<div className={css.editor} />}>
            <Editor
              ref={editor}
              label={t("editor")}
              initial={search.q ?? (linked ? queryOf(linked) : "")}
              schema={schema.data?.data}
              fault={fault}
              onChange={(text) => setBlank(!text.trim())}
              onRun={run}
            />
          </Suspense>
          <Results state={sql} />
        </div>
      </div>
    </Page>
  );
}

function Samples({ onChoose }: { onChoose: (query: string) => void }) {
  const t = useWords(words);
  return (
    <Select
      label={t("samples")}
      value={"" as string}
      choices={[
        { value: "", label: t("samples") },
        ...SAMPLES.map((sample) => ({ value: sample.query, label: t(sample.word) })),
      ]}
      onChange={(query) => query && onChoose(query)}
    />
  );
}

/** Seconds since the query was sent. */
function Clock() {
  const t = useWords(words);
  const f = useFormat();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const began = performance.now();
    const timer = setInterval(() => setSeconds((performance.now() - began) / 1000), 100);
    return () => clearInterval(timer);
  }, []);
  return <span className="quiet">{t("running", { seconds: f.number(seconds, 1) })}</span>;
}
