/** The set-up's state, with what its runs tell while they go on. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, type Body, useAnswer } from "@/api/client";
import { hear, type Progress, type Run } from "@/api/feed";

export type Setup = Body<"/api/v1/setup">;
export type Source = Setup["sources"][number];

const SETUP = ["api", "/api/v1/setup"];

/** The state of the set-up; asked again whenever a run begins or ends. */
export function useSetup() {
  const cache = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [live, setLive] = useState(true);
  const query = useAnswer("/api/v1/setup");
  useEffect(
    () =>
      hear((event) => {
        if (event.kind === "progress") setProgress(event.data);
        if (event.kind === "hello") setProgress(event.data.progress);
        if (event.kind === "run" || event.kind === "hello")
          void cache.invalidateQueries({ queryKey: SETUP });
        if (event.kind === "tables")
          void cache.invalidateQueries({
            predicate: ({ queryKey }) => queryKey[0] === "api" && queryKey[1] !== SETUP[1],
          });
      }, setLive),
    [cache],
  );
  return { query, progress, live };
}

/** Begins a set-up; what it says of itself follows by the feed. */
export async function begin(
  body: { market: "official"; sources: string[]; months: number } | { market: "simulated" },
): Promise<Run | undefined> {
  const whole = body.market === "simulated" ? { ...body, sources: [], months: 13 } : body;
  return (await api.POST("/api/v1/setup", { body: whole })).data;
}

/** Ends the run that goes on, and drops what waits. */
export async function cancel(number: number): Promise<void> {
  await api.POST("/api/v1/runs/{number}/cancel", { params: { path: { number } } });
}
