/** The market: one session, and every paper. */

import { createFileRoute } from "@tanstack/react-router";
import { MarketPage } from "@/features/market/MarketPage";
import { marketSearch } from "@/features/market/search";
import { useChangeSearch } from "@/lib/useChangeSearch";

export const Route = createFileRoute("/market")({
  staticData: { scope: "market:read" },
  validateSearch: marketSearch,
  component: Market,
});

function Market() {
  const search = Route.useSearch();
  return <MarketPage search={search} onSearch={useChangeSearch()} />;
}
