/** Funds: every class searched, ranked and filtered; the address keeps the state. */

import { createFileRoute } from "@tanstack/react-router";
import { FundList } from "@/features/funds/FundList";
import { type FundsSearch, readSearch } from "@/features/funds/search";

export const Route = createFileRoute("/funds/")({
  staticData: { scope: "funds:read" },
  validateSearch: (raw: Record<string, unknown>): FundsSearch => readSearch(raw),
  component: Funds,
});

function Funds() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <FundList
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true })}
      onOpen={(cnpj, subclass) =>
        void navigate({
          to: "/funds/$cnpj",
          params: { cnpj },
          search: subclass ? { subclass } : {},
        })
      }
    />
  );
}
