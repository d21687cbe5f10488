/** Rows of the server by windows: what is in sight is asked for, what was seen is kept. */

import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { Origin } from "@/api/client";
import type { RowWindow } from "./types";

export interface WindowLoad {
  offset: number;
  limit: number;
  signal: AbortSignal;
}

export interface WindowOptions<Row> {
  /** Everything the rows depend on: filters, sort. */
  key: readonly unknown[];
  /** Rows of a window. */
  size?: number;
  load: (asked: WindowLoad) => Promise<{ rows: Row[]; total: number; origin?: Origin | null }>;
}

export function useWindow<Row>({ key, size = 200, load }: WindowOptions<Row>): RowWindow<Row> {
  const [sight, setSight] = useState<[number, number]>([0, 0]);
  const options = (page: number) => ({
    queryKey: ["window", ...key, size, page],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      load({ offset: page * size, limit: size, signal }),
    staleTime: 60_000,
  });
  const first = useQuery({ ...options(0), placeholderData: keepPreviousData });
  const pages: number[] = [];
  for (let page = Math.max(1, sight[0]); page <= sight[1]; page += 1) pages.push(page);
  const others = useQueries({ queries: pages.map(options) });

  const loaded = new Map([[0, first.data?.rows]]);
  pages.forEach((page, at) => {
    loaded.set(page, others[at]?.data?.rows);
  });
  const total = first.data?.total ?? 0;
  const last = Math.max(0, Math.ceil(total / size) - 1);
  const onSight = useCallback(
    (from: number, until: number) => {
      // One window further on both sides, so that slow scrolling never meets a blank.
      const next: [number, number] = [
        Math.max(0, Math.floor((from - size / 2) / size)),
        Math.min(last, Math.floor((until + size / 2) / size)),
      ];
      setSight((now) => (now[0] === next[0] && now[1] === next[1] ? now : next));
    },
    [size, last],
  );
  const failed = [first, ...others].find((query) => query.error);
  const stamp = [first, ...others].map((query) => query.dataUpdatedAt).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `stamp` stands for the rows
  return useMemo(
    () => ({
      total,
      row: (index: number) => loaded.get(Math.floor(index / size))?.[index % size],
      onSight,
      error: failed?.error ?? null,
      retry: () => void failed?.refetch(),
      loading: first.isPending || first.isPlaceholderData,
    }),
    [total, size, onSight, failed, stamp, first.isPending, first.isPlaceholderData, sight],
  );
}
