/** Whether an element has come near the viewport; what did stays. Paper shows everything. */

import { type RefObject, useEffect, useState } from "react";

const MARGIN = "240px 0px";

export function useNear(element: RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const node = element.current;
    if (!node || near) return;
    const come = () => setNear(true);
    const watch = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && come(),
      { rootMargin: MARGIN },
    );
    watch.observe(node);
    addEventListener("beforeprint", come);
    return () => {
      watch.disconnect();
      removeEventListener("beforeprint", come);
    };
  }, [element, near]);
  return near;
}
