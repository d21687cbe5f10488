/** What a choice amounts to, and how far a set-up is; pure. */

import type { Progress, Run } from "@/api/feed";
import type { Source } from "./useSetup";

const MEGA = 1e6;

/** Bytes to download for a source, roughly; null where nobody knows. */
export function bytesOf(source: Source, months: number): number | null {
  if (source.megabytes === null || source.megabytes_a_month === null) return null;
  // A small series comes with the whole history it begins with.
  const small = source.megabytes_a_month > 0 && source.megabytes_a_month < 1;
  const back = small ? Math.max(months, source.default_months ?? 0) : months;
  return (source.megabytes + source.megabytes_a_month * back) * MEGA;
}

export function bytesOfAll(
  sources: readonly Source[],
  chosen: ReadonlySet<string>,
  months: number,
): number {
  return sources
    .filter((source) => chosen.has(source.name))
    .reduce((sum, source) => sum + (bytesOf(source, months) ?? 0), 0);
}

export interface Line {
  /** A source's name, or "simulate". */
  id: string;
  state: "waiting" | "running" | "ok" | "nothing" | "failed" | "stopped";
  run: Run | null;
  progress: Progress | null;
}

const STATES: Record<Run["status"], Line["state"]> = {
  running: "running",
  ok: "ok",
  nothing_new: "nothing",
  skipped: "failed",
  held: "failed",
  failed: "failed",
  timed_out: "failed",
  killed: "stopped",
};

/** One line a source of a set-up: those that ran, the one that runs, those that wait. */
export function linesOf(
  runs: readonly Run[],
  waiting: readonly string[],
  progress: Progress | null,
): Line[] {
  const begun = runs.map((run) => ({
    id: run.source ?? run.kind,
    state: STATES[run.status],
    run,
    progress: run.status === "running" && progress?.number === run.number ? progress : null,
  }));
  return [
    ...begun,
    ...waiting.map((id) => ({ id, state: "waiting" as const, run: null, progress: null })),
  ];
}

/** How much of a run's files were asked for, 0 to 1; null where nobody can tell. */
export function shareOf(progress: Progress | null): number | null {
  if (!progress?.files_planned) return null;
  return Math.min(1, progress.files_asked / progress.files_planned);
}

export function rowsOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + (line.run?.rows ?? line.progress?.rows ?? 0), 0);
}
