/** What an index's figures say: pure choices, apart from how they look. */

import type { components } from "@/api/schema";

export type Summary = components["schemas"]["IndexSummary"];
export type Composition = components["schemas"]["IndexComposition"];
export type Asset = components["schemas"]["IndexAsset"];

/** Assets that pulled most, up first, then down: at most `count` each way, in order of the chart. */
export function pulls(assets: readonly Asset[], count: number): Asset[] {
  const known = assets.filter((one) => one.contribution !== null);
  const by = (a: Asset, b: Asset) => (b.contribution ?? 0) - (a.contribution ?? 0);
  const up = known.filter((one) => (one.contribution ?? 0) > 0).sort(by);
  const down = known.filter((one) => (one.contribution ?? 0) < 0).sort(by);
  return [...up.slice(0, count), ...down.slice(-count)];
}

/** The asset that pulled most the way the index went; null where nothing is known. */
export function leader(composition: Composition): Asset | null {
  const falling = (composition.index_return ?? 0) < 0;
  const ordered = pulls(composition.assets, 1);
  const found = falling ? ordered.at(-1) : ordered[0];
  if (!found || (found.contribution ?? 0) < 0 !== falling) return null;
  return found;
}

/** Weight of the greatest assets together, ratio. */
export function concentration(weights: readonly (readonly (number | null)[])[]): number {
  return weights.reduce((sum, one) => sum + (one.at(-1) ?? 0), 0);
}

/** Return over a window of levels, ratio; null where there are fewer than two. */
export function over(levels: readonly number[]): number | null {
  const first = levels[0];
  const last = levels.at(-1);
  return levels.length > 1 && first && last ? last / first - 1 : null;
}
