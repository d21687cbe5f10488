/** What the whole house says of itself: simulated or not, and the instant it works at. */

import { answerOf, queries, useAnswer } from "@/api/client";
import { preferences } from "@/lib/preferences";

export function useAbout() {
  return useAnswer("/api/v1/about");
}

export function useSimulated(): boolean {
  return useAbout().data?.simulated ?? false;
}

/** Waits until the house has said what it is; a house that does not answer is no reason to stop. */
export async function houseKnown(): Promise<void> {
  const asked = answerOf("/api/v1/about", undefined, preferences().language);
  await queries.ensureQueryData(asked).catch(() => null);
}
