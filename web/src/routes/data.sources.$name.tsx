/** One source of the data house. */

import { createFileRoute } from "@tanstack/react-router";
import { SourcePage } from "@/features/data/SourcePage";

export const Route = createFileRoute("/data/sources/$name")({
  staticData: { scope: "data:read" },
  component: Source,
});

function Source() {
  const { name } = Route.useParams();
  return <SourcePage key={name} name={name} />;
}
