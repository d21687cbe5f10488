/** One's own account. */

import { createFileRoute } from "@tanstack/react-router";
import { Account } from "@/features/identity/Account";

export const Route = createFileRoute("/account")({
  staticData: { scope: "account" },
  component: Account,
});
