/** One fund class: quota, flows, holders, signals, registry, files; `?subclass=` names a subclass. */

import { createFileRoute } from "@tanstack/react-router";
import { FundPage } from "@/features/funds/FundPage";

interface FundSearch {
  subclass?: string;
}

export const Route = createFileRoute("/funds/$cnpj")({
  staticData: { scope: "funds:read" },
  validateSearch: (raw: Record<string, unknown>): FundSearch =>
    raw.subclass === undefined || raw.subclass === "" ? {} : { subclass: String(raw.subclass) },
  component: Fund,
});

function Fund() {
  const { cnpj } = Route.useParams();
  const { subclass } = Route.useSearch();
  return <FundPage key={`${cnpj}/${subclass ?? ""}`} cnpj={cnpj} subclass={subclass ?? ""} />;
}
