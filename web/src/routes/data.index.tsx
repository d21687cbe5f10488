/** The data house; `?tab=` says which part of it. */

import { createFileRoute } from "@tanstack/react-router";
import { DataPage, type DataSearch } from "@/features/data/DataPage";
import { TABS } from "@/features/data/tabs";

const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

export const Route = createFileRoute("/data/")({
  staticData: { scope: "data:read" },
  validateSearch: (raw): DataSearch => ({
    tab: TABS.find((tab) => tab === raw.tab),
    table: text(raw.table),
    reason: text(raw.reason),
    node: text(raw.node),
  }),
  component: Data,
});

function Data() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <DataPage
      search={search}
      onSearch={(next) => void navigate({ search: next, resetScroll: false })}
    />
  );
}
