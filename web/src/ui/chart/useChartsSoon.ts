/**
 * Fetches the drawing library before it is asked for: at the first move of a hand, once the
 * browser has nothing else to do. Who only reads the page is not made to wait for it.
 */

import { useEffect } from "react";

const SIGNS = ["pointermove", "pointerdown", "keydown", "touchstart"] as const;

export function useChartsSoon() {
  useEffect(() => {
    const fetchIt = () => void import("./plotly");
    const begin = () => {
      for (const sign of SIGNS) removeEventListener(sign, begin);
      // Safari has no idle callback.
      if ("requestIdleCallback" in globalThis) requestIdleCallback(fetchIt, { timeout: 2000 });
      else setTimeout(fetchIt, 200);
    };
    for (const sign of SIGNS) addEventListener(sign, begin, { passive: true });
    return () => {
      for (const sign of SIGNS) removeEventListener(sign, begin);
    };
  }, []);
}
