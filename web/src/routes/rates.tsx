/** Rates and currencies: today, the past, what is expected. */

import { createFileRoute } from "@tanstack/react-router";
import { RatesPage } from "@/features/rates/RatesPage";
import { ratesSearch } from "@/features/rates/search";

export const Route = createFileRoute("/rates")({
  staticData: { scope: "market:read" },
  validateSearch: ratesSearch,
  component: Rates,
});

function Rates() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <RatesPage
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
