/** Rates and currencies: today, the past, what is expected. */

import { createFileRoute } from "@tanstack/react-router";
import { RatesPage } from "@/features/rates/RatesPage";
import { ratesSearch } from "@/features/rates/search";
import { useChangeSearch } from "@/lib/useChangeSearch";

export const Route = createFileRoute("/rates")({
  staticData: { scope: "market:read" },
  validateSearch: ratesSearch,
  component: Rates,
});

function Rates() {
  const search = Route.useSearch();
  return <RatesPage search={search} onSearch={useChangeSearch()} />;
}
