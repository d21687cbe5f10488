/** B3's indexes: one at a time, what it is made of and what moved it. */

import { createFileRoute } from "@tanstack/react-router";
import { IndexesPage } from "@/features/indexes/IndexesPage";
import { indexesSearch } from "@/features/indexes/search";
import { useChangeSearch } from "@/lib/useChangeSearch";

export const Route = createFileRoute("/indexes")({
  staticData: { scope: "market:read" },
  validateSearch: indexesSearch,
  component: Indexes,
});

function Indexes() {
  const search = Route.useSearch();
  return <IndexesPage search={search} onSearch={useChangeSearch()} />;
}
