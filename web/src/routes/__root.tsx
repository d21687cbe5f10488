/** Every page stands in the frame, and asks for a sign-in unless it says that it is open. */

import { createRootRoute, Outlet, redirect, useMatches } from "@tanstack/react-router";
import { currentMe, restored, useMe } from "@/api/session";
import { Forbidden } from "@/features/frame/Fallbacks";
import { Frame } from "@/features/frame/Frame";
import { houseKnown } from "@/features/frame/useFreshness";
import { Toasts } from "@/ui/Toast";

export const Route = createRootRoute({
  beforeLoad: async ({ location, matches }) => {
    if (matches.some((match) => match.staticData?.open) || currentMe()) return;
    // What the house is decides on the banner: asked at once, so that nothing moves later.
    const [here] = await Promise.all([restored(), houseKnown()]);
    if (here) return;
    const to = location.href === "/" ? "" : `?to=${encodeURIComponent(location.href)}`;
    throw redirect({ href: `/sign-in${to}` });
  },
  component: Root,
});

function Root() {
  const matches = useMatches();
  const me = useMe();
  const last = matches.at(-1)?.staticData;
  if (last?.bare) {
    return (
      <>
        <Outlet />
        <Toasts />
      </>
    );
  }
  const lacking = last?.scope && me && !me.scopes.includes(last.scope) ? last.scope : null;
  return <Frame>{lacking ? <Forbidden scope={lacking} /> : <Outlet />}</Frame>;
}
