/** The first set-up. */

import { createFileRoute } from "@tanstack/react-router";
import { SetupPage } from "@/features/setup/SetupPage";

export const Route = createFileRoute("/setup")({
  staticData: { scope: "house:admin" },
  component: SetupPage,
});
