/** Runs queries one at a time; a new one or a cancel ends the one before. */

import { useCallback, useEffect, useRef, useState } from "react";
import { api, type Origin } from "@/api/client";
import type { SqlAnswer } from "./result";

export const ROWS = 10_000;

export interface SqlState {
  running: boolean;
  /** The query that was asked last, answered or not. */
  query: string;
  answer: SqlAnswer | null;
  origin: Origin | null;
  error: Error | null;
  cancelled: boolean;
}

const NOTHING: SqlState = {
  running: false,
  query: "",
  answer: null,
  origin: null,
  error: null,
  cancelled: false,
};

export function useSql() {
  const [state, setState] = useState<SqlState>(NOTHING);
  const current = useRef<AbortController | null>(null);

  const run = useCallback(async (query: string) => {
    current.current?.abort();
    const control = new AbortController();
    current.current = control;
    setState((now) => ({ ...now, running: true, query, error: null, cancelled: false }));
    try {
      const { data } = await api.POST("/api/v1/sql", {
        body: { query, limit: ROWS },
        signal: control.signal,
      });
      if (current.current !== control || !data) return;
      setState({ ...NOTHING, query, answer: data.data, origin: data.origin });
    } catch (error) {
      if (current.current !== control) return;
      const cancelled = control.signal.aborted;
      setState({ ...NOTHING, query, cancelled, error: cancelled ? null : (error as Error) });
    }
  }, []);

  const cancel = useCallback(() => current.current?.abort(), []);
  useEffect(() => () => current.current?.abort(), []);
  return { ...state, run, cancel };
}
