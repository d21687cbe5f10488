/** The parts of administration, apart from their page: the route reads the address by them. */

export const TABS = ["people", "keys", "apps", "audit"] as const;
export type AdminTab = (typeof TABS)[number];
