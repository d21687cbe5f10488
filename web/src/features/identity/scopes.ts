/** What scopes and roles are called, and the devices that browsers say they are. */

import type { Say } from "@/lib/words";
import type { words } from "./words";

type Portuguese = (typeof words)["pt-BR"];
type Suffix<P extends string> = {
  [K in keyof Portuguese]: K extends `${P}${infer S}` ? S : never;
}[keyof Portuguese];

export type Scope = Suffix<"scope_">;
export type Role = Suffix<"role_">;

export const ROLES: readonly Role[] = ["admin", "analyst", "adviser", "client", "service"];

export function scopeWord(t: Say<Portuguese>, scope: string): string {
  return t(`scope_${scope as Scope}`);
}

export function roleWord(t: Say<Portuguese>, role: string): string {
  return t(`role_${role as Role}`);
}

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS/, "macOS"],
  [/Linux/, "Linux"],
];

/** Browser and system that a user agent names; null for a program. */
export function deviceOf(agent: string): { browser: string; system: string } | null {
  const browser = BROWSERS.find(([pattern]) => pattern.test(agent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  return browser && system ? { browser, system } : null;
}
