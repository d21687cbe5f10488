/** What a day says in words: pure choices of what to say, apart from how it looks. */

import type { components } from "@/api/schema";

export type MarketDay = components["schemas"]["MarketDay"];
export type Group = components["schemas"]["MarketGroup"];
export type Breadth = components["schemas"]["MarketBreadth"];

/** The group that moved most money with the day: its share of turnover times its change. */
export function leadingGroup(groups: readonly Group[], rising: boolean): Group | null {
  let best: Group | null = null;
  let most = 0;
  for (const group of groups) {
    const pull = (group.weighted_return ?? 0) * group.turnover * (rising ? 1 : -1);
    if (group.is_sector && pull > most) {
      best = group;
      most = pull;
    }
  }
  return best;
}

/** Which way the day went: more up, more down, or neither. */
export function wayOf(day: Pick<MarketDay, "up" | "down">): "up" | "down" | "even" {
  if (day.up === day.down) return "even";
  return day.up > day.down ? "up" : "down";
}

/** Turnover against the usual one as a ratio; null where nothing is usual yet. */
export function againstUsual(day: Pick<MarketDay, "turnover" | "turnover_usual">): number | null {
  if (!day.turnover_usual) return null;
  return day.turnover / day.turnover_usual - 1;
}

/** Sessions of the last `count` on which more papers rose than fell. */
export function goodSessions(breadth: Breadth, count: number): { good: number; of: number } {
  const up = breadth.up.slice(-count);
  const down = breadth.down.slice(-count);
  return { good: up.filter((rose, at) => rose > (down[at] ?? 0)).length, of: up.length };
}

/** B3 writes a list of words with full stops: "Petróleo. Gás e Biocombustíveis". */
export function sectorName(sector: string): string {
  return sector.replace(/\.\s+/g, ", ");
}
