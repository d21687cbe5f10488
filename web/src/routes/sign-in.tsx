/** Signing in. */

import { createFileRoute } from "@tanstack/react-router";
import { SignIn } from "@/features/identity/SignIn";

interface SignInSearch {
  to?: string;
  problem?: string;
}

const text = (value: unknown) => (typeof value === "string" ? value.slice(0, 500) : undefined);

export const Route = createFileRoute("/sign-in")({
  staticData: { open: true, bare: true },
  validateSearch: (raw: Record<string, unknown>): SignInSearch => {
    const [to, problem] = [text(raw.to), text(raw.problem)];
    return { ...(to && { to }), ...(problem && { problem }) };
  },
  component: SignInPage,
});

function SignInPage() {
  const { to, problem } = Route.useSearch();
  return <SignIn to={to} problem={problem} />;
}
