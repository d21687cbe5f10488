/** Portability watch: who is losing money; the address keeps window, grouping and chosen groups. */

import { createFileRoute } from "@tanstack/react-router";
import { PortabilityPage } from "@/features/portability/PortabilityPage";
import { readWatch, type Watch } from "@/features/portability/watch";
import { useChangeSearch } from "@/lib/useChangeSearch";

export const Route = createFileRoute("/portability")({
  staticData: { scope: "funds:read" },
  validateSearch: (raw: Record<string, unknown>): Watch => readWatch(raw),
  component: Portability,
});

function Portability() {
  const watch = Route.useSearch();
  return <PortabilityPage watch={watch} onWatch={useChangeSearch()} />;
}
