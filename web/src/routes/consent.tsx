/** The consent page: the authorization endpoint of OAuth2. */

import { createFileRoute } from "@tanstack/react-router";
import { Consent, type ConsentProps } from "@/features/identity/Consent";

const NAMES = [
  "response_type",
  "client_id",
  "redirect_uri",
  "scope",
  "state",
  "code_challenge",
  "code_challenge_method",
] as const;

export const Route = createFileRoute("/consent")({
  staticData: { bare: true },
  component: ConsentPage,
});

/** The address is read as it came: a router's own reading would make numbers of texts. */
function ConsentPage() {
  const query = new URLSearchParams(location.search);
  const request = Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""]));
  return <Consent request={request as ConsentProps["request"]} />;
}
