/** The router over the files of `routes/`. */

import { createRouter } from "@tanstack/react-router";
import { Crashed, NotFound } from "@/features/frame/Fallbacks";
import { routeTree } from "./routeTree.gen";

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultPreloadDelay: 40,
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => <Crashed error={error} onRetry={reset} />,
  defaultNotFoundComponent: NotFound,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** Shown without the frame: sign-in, first set-up. */
    bare?: boolean;
    /** Shown to who is not signed in. */
    open?: boolean;
    /** The scope that the page needs. */
    scope?: string;
  }
}
