/** Home: the market and the funds today, and how fresh the data are. */

import { createFileRoute } from "@tanstack/react-router";
import { Page } from "@/ui/Page";

export const Route = createFileRoute("/")({
  staticData: { scope: "market:read" },
  component: () => <Page title="Lastro">{null}</Page>,
});
