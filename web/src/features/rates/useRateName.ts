/** What people call a rate. */

import { useWords } from "@/lib/words";
import { words } from "./words";

const NAMED = [
  "SELIC_TARGET",
  "SELIC",
  "CDI",
  "CDI_YEAR",
  "CDI_MONTH",
  "TR",
  "TBF",
  "SAVINGS",
] as const;
const isNamed = (code: string): code is (typeof NAMED)[number] =>
  (NAMED as readonly string[]).includes(code);

export function useRateName(): (code: string) => string {
  const t = useWords(words);
  return (code) => (isNamed(code) ? t(code) : code);
}
