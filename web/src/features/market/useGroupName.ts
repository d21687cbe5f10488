/** A sector's or a kind's name in the person's language. */

import { useCallback } from "react";
import { useWords } from "@/lib/words";
import { sectorName } from "./findings";
import { KINDS, type Kind } from "./search";
import { words } from "./words";

const KNOWN = new Set<string>(KINDS);

export function useGroupName(): (group: string) => string {
  const t = useWords(words);
  return useCallback(
    (group: string) => (KNOWN.has(group) ? t(`kind_${group as Kind}`) : sectorName(group)),
    [t],
  );
}
