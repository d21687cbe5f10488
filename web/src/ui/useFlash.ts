/** A figure that new data changed flashes its background once. */

import { type RefObject, useEffect, useRef } from "react";
import { ticking } from "@/lib/tick";

const FLASH_MS = 400;

/** For the element of a figure; `figure` is what it shows, as text or number. */
export function useFlash<T extends HTMLElement>(figure: unknown): RefObject<T | null> {
  const element = useRef<T>(null);
  const shown = useRef(figure);
  useEffect(() => {
    if (shown.current === figure) return;
    shown.current = figure;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still || !ticking()) return;
    element.current?.animate(
      [{ backgroundColor: "var(--accent-wash)" }, { backgroundColor: "transparent" }],
      { duration: FLASH_MS, easing: "ease-out" },
    );
  }, [figure]);
  return element;
}
