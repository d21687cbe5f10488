/** The typed client of our API, and answers as queries. */

import {
  keepPreviousData,
  QueryClient,
  queryOptions,
  type UseQueryResult,
  useQuery,
} from "@tanstack/react-query";
import createClient, { type MaybeOptionalInit } from "openapi-fetch";
import type {
  PathsWithMethod,
  ResponseObjectMap,
  SuccessResponse,
} from "openapi-typescript-helpers";
import { usePreferences } from "@/lib/preferences";
import { Problem, problemOf } from "./problem";
import type { components, paths } from "./schema";
import { authorised } from "./session";

/** Every verb of the API: `const { data } = await api.POST("/api/v1/views", { body })`. */
export const api = createClient<paths, "application/json">({
  baseUrl: location.origin,
  fetch: authorised,
});

api.use({
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
});

export type GetPath = PathsWithMethod<paths, "get">;
export type Init<P extends GetPath> = MaybeOptionalInit<paths[P], "get">;
export type Body<P extends GetPath> = SuccessResponse<
  ResponseObjectMap<paths[P]["get"]>,
  "application/json"
>;

/** Where an answer comes from, as every answer says. */
export type Origin = components["schemas"]["Origin"];

function retry(failures: number, error: Error): boolean {
  if (error instanceof Problem && error.status < 500) return false;
  return failures < 2;
}

export const queries = new QueryClient({
  defaultOptions: {
    // An unchanged answer costs a 304; the last answer stays while offline.
    queries: { retry, staleTime: 30_000, gcTime: 30 * 60_000, networkMode: "offlineFirst" },
  },
});

/** Options of a query for a GET: for `useQuery`, `prefetchQuery`, loaders. */
export function answerOf<P extends GetPath>(path: P, init?: Init<P>, language = "pt-BR") {
  return queryOptions<Body<P>, Error>({
    queryKey: ["api", path, init ?? null, language],
    queryFn: async ({ signal }) => {
      const get = api.GET as (path: string, init: object) => Promise<{ data?: unknown }>;
      const { data } = await get(path, { ...init, signal });
      return data as Body<P>;
    },
  });
}

export interface AnswerOptions {
  /** False waits: for what the question still lacks. */
  enabled?: boolean;
  /** Keeps the former answer on screen while a changed question is asked. */
  keep?: boolean;
  /** Asks again every so many milliseconds. */
  every?: number;
}

/** Asks the API: `useAnswer("/api/v1/funds/{cnpj}", { params: { path: { cnpj } } })`. */
export function useAnswer<P extends GetPath>(
  path: P,
  init?: Init<P>,
  { enabled = true, keep = false, every }: AnswerOptions = {},
): UseQueryResult<Body<P>, Error> {
  const { language } = usePreferences();
  return useQuery({
    ...answerOf(path, init, language),
    enabled,
    placeholderData: keep ? (keepPreviousData as never) : undefined,
    refetchInterval: every ?? false,
  });
}
