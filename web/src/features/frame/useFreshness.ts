/** What the whole house says of itself: simulated or not, and the instant it works at. */

import { useAnswer } from "@/api/client";

export function useAbout() {
  return useAnswer("/api/v1/about");
}

export function useSimulated(): boolean {
  return useAbout().data?.simulated ?? false;
}
