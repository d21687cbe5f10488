/** One paper. */

import { createFileRoute } from "@tanstack/react-router";
import { askAhead } from "@/features/ticker/ahead";
import { tickerSearch } from "@/features/ticker/search";
import { TickerPage } from "@/features/ticker/TickerPage";

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
  const navigate = Route.useNavigate();
  return (
    <TickerPage
      ticker={ticker.toUpperCase()}
      search={search}
      onSearch={(change) =>
        void navigate({
          search: (now) => ({ ...now, ...change }),
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}
