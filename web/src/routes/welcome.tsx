/** A one-time link, whose token stands after `#`. */

import { createFileRoute } from "@tanstack/react-router";
import { Welcome } from "@/features/identity/Welcome";

export const Route = createFileRoute("/welcome")({
  staticData: { open: true, bare: true },
  component: Welcome,
});
