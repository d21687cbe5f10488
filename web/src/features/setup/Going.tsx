/** A set-up that goes on, or has ended: a bar a source, with what it brought or why it failed. */

import { Check, Circle, CircleAlert, CircleSlash, Loader } from "lucide-react";
import { useState } from "react";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { ErrorWords } from "@/ui/ErrorState";
import { Panel } from "@/ui/Panel";
import { type Line, rowsOf, shareOf } from "./plan";
import css from "./setup.module.css";
import { cancel, type Setup } from "./useSetup";
import { words } from "./words";

export interface GoingProps {
  setup: Setup;
  lines: readonly Line[];
  /** Whether the feed is heard. */
  live: boolean;
}

export function Going({ setup, lines, live }: GoingProps) {
  const t = useWords(words);
  const title = useTitle(setup, lines);
  const [failure, setFailure] = useState<unknown>(null);
  const going = lines.find((line) => line.state === "running")?.run;
  const stop = async () => {
    setFailure(null);
    try {
      if (going) await cancel(going.number);
    } catch (error) {
      setFailure(error);
    }
  };
  const names = new Map(setup.sources.map((source) => [source.name, source.title]));
  const running = setup.state === "running";
  return (
    <Panel
      title={title}
      actions={
        running && (
          <>
            <Chip tone={live ? "good" : "warn"}>{live ? t("live") : t("notLive")}</Chip>
            {going && <Button onClick={() => void stop()}>{t("cancel")}</Button>}
          </>
        )
      }
    >
      <ul className={css.list}>
        {lines.map((line) => (
          <li key={line.run?.number ?? line.id}>
            <GoingLine line={line} name={names.get(line.id) ?? t("simulate")} />
          </li>
        ))}
      </ul>
      {failure !== null && <ErrorWords error={failure} />}
    </Panel>
  );
}

function useTitle(setup: Setup, lines: readonly Line[]): string {
  const t = useWords(words);
  const f = useFormat();
  const done = lines.filter((line) => line.state === "ok" || line.state === "nothing").length;
  const failed = lines.filter((line) => line.state === "failed").length;
  const rows = f.integer(rowsOf(lines));
  const simulated = setup.asked?.market === "simulated";
  if (setup.state === "running")
    return simulated ? t("progressSimulated") : t("progressTitle", { done, total: lines.length });
  if (lines.some((line) => line.state === "stopped")) return t("stopped");
  if (failed) return t("finishedSome", { done, total: lines.length, failed });
  return simulated ? t("finishedSimulated", { rows }) : t("finished", { n: done, rows });
}

const ICONS = {
  waiting: Circle,
  running: Loader,
  ok: Check,
  nothing: Check,
  failed: CircleAlert,
  stopped: CircleSlash,
};

function GoingLine({ line, name }: { line: Line; name: string }) {
  const Icon = ICONS[line.state];
  const share = line.state === "ok" || line.state === "nothing" ? 1 : shareOf(line.progress);
  return (
    <div className={css.going} data-state={line.state}>
      <Icon size={16} aria-hidden="true" className={css.mark} />
      <span className={css.what}>
        <span>{name}</span>
        {line.state === "failed" && line.run?.error && (
          <span className={css.reason}>{line.run.error}</span>
        )}
      </span>
      <Bar name={name} share={share} state={line.state} />
      <Told line={line} />
    </div>
  );
}

function Bar({ name, share, state }: { name: string; share: number | null; state: Line["state"] }) {
  if (state === "failed" || state === "stopped") return <span />;
  const known = share !== null;
  return (
    <span
      className={css.bar}
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known ? Math.round(share * 100) : undefined}
      data-unknown={(state === "running" && !known) || undefined}
    >
      <span style={{ inlineSize: `${known ? share * 100 : 0}%` }} />
    </span>
  );
}

/** In words: files asked for, rows so far, how long it took. */
function Told({ line }: { line: Line }) {
  const t = useWords(words);
  const f = useFormat();
  const { run, progress } = line;
  if (line.state === "waiting") return <span className={css.told}>{t("waiting")}</span>;
  if (line.state === "failed") return <span className={css.told}>{t("failed")}</span>;
  if (line.state === "nothing") return <span className={css.told}>{t("nothingNew")}</span>;
  const said: string[] = [];
  if (progress) {
    const { files_planned: planned, files_asked: asked } = progress;
    if (planned) said.push(t("fetching", { asked: f.integer(asked), planned: f.integer(planned) }));
    else if (asked) said.push(t("fetchingAny", { n: asked }));
  }
  const rows = run?.rows ?? progress?.rows;
  if (rows) said.push(t("rowsSoFar", { rows: f.compact(rows) }));
  if (run?.seconds) said.push(f.duration(run.seconds));
  return <span className={css.told}>{said.join(" · ") || t("beginning")}</span>;
}
