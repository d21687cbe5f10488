/** The SQL workbench; `?q=` holds the query, `?view=` a saved one. */

import { createFileRoute } from "@tanstack/react-router";
import { SqlPage, type SqlSearch } from "@/features/sql/SqlPage";

const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

export const Route = createFileRoute("/sql")({
  staticData: { scope: "sql:run" },
  validateSearch: (raw): SqlSearch => ({ q: text(raw.q), view: text(raw.view) }),
  component: Sql,
});

function Sql() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <SqlPage
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
    />
  );
}
