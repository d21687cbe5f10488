/** Fetches the drawing library before it is asked for, once the page has come to rest. */

import { useEffect } from "react";

const REST_MS = 1500;

export function useChartsSoon() {
  useEffect(() => {
    const fetchIt = () => void import("./plotly");
    const timer = setTimeout(() => {
      // Safari has no idle callback.
      if ("requestIdleCallback" in globalThis) requestIdleCallback(fetchIt);
      else fetchIt();
    }, REST_MS);
    return () => clearTimeout(timer);
  }, []);
}
