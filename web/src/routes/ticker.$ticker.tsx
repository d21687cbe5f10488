/** One paper. */

import { createFileRoute } from "@tanstack/react-router";
import { askAhead } from "@/features/ticker/ahead";
import { tickerSearch } from "@/features/ticker/search";
import { TickerPage } from "@/features/ticker/TickerPage";
import { useChangeSearch } from "@/lib/useChangeSearch";

export const Route = createFileRoute("/ticker/$ticker")({
  staticData: { scope: "market:read" },
  validateSearch: tickerSearch,
  loaderDeps: ({ search }) => ({ adjusted: search.adjusted ?? "split" }),
  loader: ({ params, deps }) => askAhead(params.ticker.toUpperCase(), deps.adjusted),
  component: Ticker,
});

function Ticker() {
  const { ticker } = Route.useParams();
  const search = Route.useSearch();
  return <TickerPage ticker={ticker.toUpperCase()} search={search} onSearch={useChangeSearch()} />;
}
