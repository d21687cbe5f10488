/** Asks for what a ticker's page shows first, all at once, before the page is there. */

import { answerOf, queries } from "@/api/client";
import { preferences } from "@/lib/preferences";
import type { Adjusted } from "./search";

export function askAhead(ticker: string, adjusted: Adjusted): void {
  const { language } = preferences();
  const path = { ticker };
  const first = [
    answerOf("/api/v1/tickers/{ticker}", { params: { path } }, language),
    answerOf("/api/v1/tickers/{ticker}/actions", { params: { path } }, language),
    answerOf(
      "/api/v1/tickers/{ticker}/quotes",
      { params: { path, query: { adjusted } } },
      language,
    ),
  ];
  for (const options of first) void queries.prefetchQuery(options as never);
  void import("lightweight-charts");
}
