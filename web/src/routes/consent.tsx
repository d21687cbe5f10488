/** The consent page: the authorization endpoint of OAuth2. */

import { createFileRoute, redirect } from "@tanstack/react-router";
import { currentMe, restored } from "@/api/session";
import { Consent, type ConsentProps } from "@/features/identity/Consent";

/** The address as it came: a router's own reading makes numbers of texts, and loses digits. */
const CAME = location.search;

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
  staticData: { open: true, bare: true },
  beforeLoad: async () => {
    if (!currentMe() && !(await restored())) {
      throw redirect({ href: `/sign-in?to=${encodeURIComponent(`/consent${CAME}`)}` });
    }
    const query = new URLSearchParams(CAME);
    const request = Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""]));
    return { asked: request as ConsentProps["request"] };
  },
  component: ConsentPage,
});

function ConsentPage() {
  return <Consent request={Route.useRouteContext().asked} />;
}
