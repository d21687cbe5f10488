/** Names of what the API answers about funds. */

import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type FundRow = Schemas["FundRow"];
export type FundSums = Schemas["FundSums"];
export type FundFacets = Schemas["FundFacets"];
export type Facet = Schemas["FundFacet"];
export type FundCard = Schemas["FundCard"];
export type FundQuotas = Schemas["FundQuotas"];
export type FundFlows = Schemas["FundFlows"];
export type FundHolders = Schemas["FundHolders"];
export type FundPerformance = Schemas["FundPerformance"];
export type FundSignal = Schemas["FundSignal"];
export type FundPeers = Schemas["FundPeers"];
export type RegistryPast = Schemas["RegistryPast"];
export type FundRestatement = Schemas["FundRestatement"];
export type FundFile = Schemas["FundFile"];
