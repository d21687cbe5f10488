/** What the API says of sources, tables and their past, by shorter names. */

import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type SourceCard = Schemas["SourceCard"];
export type Calendar = Schemas["Calendar"];
export type DayState = Calendar["states"][number];
export type LandedFile = Schemas["LandedFile"];
export type TableQuality = Schemas["TableQuality"];
export type Graph = Schemas["Graph"];
export type Node = Schemas["Node"];
export type TableCard = Schemas["TableCard"];
export type TableDetail = Schemas["TableDetail"];
export type TableVersion = Schemas["TableVersion"];
export type RunView = Schemas["RunView"];
export type DeadLetter = Schemas["DeadLetterCard"];

export const STATE_TONE = {
  ok: "good",
  late: "warn",
  failed: "bad",
  never: "plain",
} as const;

/** States in the order of a legend, with the class of their square. */
export const DAY_STATES: readonly DayState[] = [
  "complete",
  "quarantined",
  "partial",
  "missing",
  "pending",
  "closed",
  "outside",
];
