/** What an audited action is called; one without words of its own keeps its code. */

import type { Say } from "@/lib/words";
import { words } from "./words";

type Words = (typeof words)["pt-BR"];
type Did = Extract<keyof Words, `did_${string}`>;

const has = (key: string): key is Exclude<Did, "did_exports"> => key in words["pt-BR"];

export function saidOf(action: string, t: Say<Words>): string {
  const [kind, what = ""] = action.split(".");
  if (kind === "exports") return t("did_exports", { format: what });
  const key = `did_${kind}_${what}`;
  return has(key) ? t(key) : action;
}
