/** The parts of the data house, apart from their page: the route reads the address by them. */

export const TABS = ["sources", "lineage", "quality", "letters", "runs", "tables"] as const;
export type TabName = (typeof TABS)[number];
