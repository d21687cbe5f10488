/** What the house does just now, and pages that ask again when their tables change. */

import { type Query, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Origin } from "@/api/client";
import { type FeedEvent, hear, type Progress, type Run } from "@/api/feed";
import { useMay } from "@/api/session";
import { ticked } from "@/lib/tick";

export interface Going {
  run: Run | null;
  progress: Progress | null;
}

const NOTHING: Going = { run: null, progress: null };
/** What tells of runs themselves, besides the tables that they write. */
const OF_RUNS = /^\/api\/v1\/(sources|runs|tables|quality|lineage|setup)/;
const QUIET_MS = 2_000;
const LOOK_MS = 250;

/** Whether an answer comes from one of these tables; a question that failed may do better now. */
export function isTouched(query: Pick<Query, "state">, tables: ReadonlySet<string>): boolean {
  if (query.state.status === "error") return true;
  type Page = { origin?: Origin | null };
  const data = query.state.data as (Page & { pages?: Page[] }) | null | undefined;
  const pages = data?.pages ?? [data];
  return pages.some((page) => page?.origin?.tables?.some(({ name }) => tables.has(name)));
}

/** What goes on after an event. */
export function goingAfter(going: Going, event: FeedEvent): Going {
  if (event.kind === "hello") {
    return { run: event.data.running.at(-1) ?? null, progress: event.data.progress };
  }
  if (event.kind === "progress") return { ...going, progress: event.data };
  if (event.kind !== "run") return going;
  if (event.data.status === "running") return { run: event.data, progress: null };
  return going.run && going.run.number !== event.data.number ? going : NOTHING;
}

/** Listens once the page's own questions are answered, for who may see what the house does. */
export function useLive(): Going {
  const cache = useQueryClient();
  const may = useMay("data:read");
  const [going, setGoing] = useState(NOTHING);
  useEffect(() => {
    if (!may) return;
    let stop = () => {};
    const cancel = whenQuiet(cache, () => {
      stop = hear((event) => {
        setGoing((now) => goingAfter(now, event));
        askAgain(cache, event);
      });
    });
    return () => {
      cancel();
      stop();
      setGoing(NOTHING);
    };
  }, [cache, may]);
  return going;
}

function askAgain(cache: QueryClient, event: FeedEvent) {
  if (event.kind === "tables") {
    const names = new Set(event.data.map((table) => table.name));
    ticked();
    void cache.invalidateQueries({ predicate: (query) => isTouched(query, names) });
  }
  if (event.kind === "run") {
    void cache.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] === "api" && OF_RUNS.test(String(queryKey[1])),
    });
  }
}

/** The page comes first: the feed holds a connection that answers then need not wait for. */
function whenQuiet(cache: QueryClient, begin: () => void): () => void {
  let since = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (cache.isFetching() || document.readyState !== "complete") since = now;
    if (now - since < QUIET_MS) return;
    clearInterval(timer);
    begin();
  }, LOOK_MS);
  return () => clearInterval(timer);
}
