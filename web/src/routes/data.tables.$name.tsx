/** One table of the lake. */

import { createFileRoute } from "@tanstack/react-router";
import { TablePage } from "@/features/data/TablePage";

export const Route = createFileRoute("/data/tables/$name")({
  staticData: { scope: "tables:read" },
  component: Table,
});

function Table() {
  const { name } = Route.useParams();
  return <TablePage key={name} name={name} />;
}
