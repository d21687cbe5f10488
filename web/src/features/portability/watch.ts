/** What the watch shows, as the address keeps it; and arithmetic on groups. */

import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type FlowGroup = Schemas["FlowGroup"];
export type GroupFlows = Schemas["GroupFlows"];
export type GroupSeries = Schemas["GroupSeries"];
export type Summary = Schemas["PortabilitySummary"];

export const BY = ["manager", "administrator", "classification"] as const;
export const WINDOWS = ["30d", "3m", "12m"] as const;
export type By = (typeof BY)[number];
export type Window = (typeof WINDOWS)[number];

export interface Watch {
  by?: By;
  window?: Window;
  /** Groups drawn over time; without any, those that lost most. */
  names?: string[];
}

const DRAWN = 5;
const MOST = 8;

export function readWatch(raw: Record<string, unknown>): Watch {
  const found: Watch = {};
  if (BY.includes(raw.by as By) && raw.by !== "manager") found.by = raw.by as By;
  if (WINDOWS.includes(raw.window as Window) && raw.window !== "30d") {
    found.window = raw.window as Window;
  }
  if (Array.isArray(raw.names)) {
    const names = raw.names.filter((name): name is string => typeof name === "string" && !!name);
    if (names.length) found.names = names.slice(0, MOST);
  }
  return found;
}

/** Groups to draw: the chosen ones, or those that lost most. */
export function drawn(watch: Watch, groups: readonly FlowGroup[]): string[] {
  const known = new Set(groups.map((group) => group.name));
  const chosen = (watch.names ?? []).filter((name) => known.has(name));
  if (chosen.length) return chosen;
  return groups
    .filter((group) => group.name && group.net_flow < 0)
    .slice(0, DRAWN)
    .map((group) => group.name ?? "");
}

/** The names after one was switched on or off. */
export function toggled(shown: readonly string[], name: string): string[] {
  if (shown.includes(name)) return shown.filter((one) => one !== name);
  return [...shown, name].slice(-MOST);
}

/** What most names begin with, in whole words: on a map it says nothing. */
export function sharedStart(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) {
    const words = name.split(" ");
    for (let size = 1; size < words.length; size += 1) {
      const start = `${words.slice(0, size).join(" ")} `;
      counts.set(start, (counts.get(start) ?? 0) + 1);
    }
  }
  const least = Math.max(3, names.length / 2);
  const shared = [...counts].filter(([, count]) => count >= least).map(([start]) => start);
  return shared.reduce((longest, start) => (start.length > longest.length ? start : longest), "");
}

/** A name short enough for a tile: what follows the house's own name says nothing new. */
export function shortName(name: string): string {
  return name
    .replace(/[\s,.-]+(LTDA|S\.?\s?A|DTVM S\.?A|EIRELI)\.?$/i, "")
    .replace(/[\s,.-]+(LTDA|S\.?\s?A|DTVM)\.?$/i, "")
    .trim();
}
