/** Administration. */

import { createFileRoute } from "@tanstack/react-router";
import { Admin } from "@/features/admin/Admin";
import { type AdminTab, TABS } from "@/features/admin/tabs";

interface AdminSearch {
  tab?: AdminTab;
}

export const Route = createFileRoute("/admin")({
  staticData: { scope: "users:admin" },
  validateSearch: (raw: Record<string, unknown>): AdminSearch => {
    const tab = TABS.find((name) => name === raw.tab);
    return tab && tab !== "people" ? { tab } : {};
  },
  component: AdminPage,
});

function AdminPage() {
  const { tab = "people" } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <Admin
      tab={tab}
      onTab={(next) => void navigate({ search: next === "people" ? {} : { tab: next } })}
    />
  );
}
