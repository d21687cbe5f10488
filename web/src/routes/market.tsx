/** The market: one session, and every paper. */

import { createFileRoute } from "@tanstack/react-router";
import { MarketPage } from "@/features/market/MarketPage";
import { marketSearch } from "@/features/market/search";

export const Route = createFileRoute("/market")({
  staticData: { scope: "market:read" },
  validateSearch: marketSearch,
  component: Market,
});

function Market() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <MarketPage
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
