/** The pages of the rail: where, what they are called, and who may see them. */

import {
  BriefcaseBusiness,
  CandlestickChart,
  Database,
  Home,
  type LucideIcon,
  Percent,
  PieChart,
  ShieldCheck,
  SquareTerminal,
  Waypoints,
} from "lucide-react";

export interface PageLink {
  to:
    | "/"
    | "/funds"
    | "/portability"
    | "/market"
    | "/indexes"
    | "/rates"
    | "/sql"
    | "/data"
    | "/admin";
  word:
    | "home"
    | "funds"
    | "portability"
    | "market"
    | "indexes"
    | "rates"
    | "sql"
    | "data"
    | "admin";
  icon: LucideIcon;
  scope: string;
  /** On a phone's bottom bar; the others stand under "more". */
  phone?: boolean;
}

export const PAGES: readonly PageLink[] = [
  { to: "/", word: "home", icon: Home, scope: "market:read", phone: true },
  { to: "/funds", word: "funds", icon: BriefcaseBusiness, scope: "funds:read", phone: true },
  { to: "/portability", word: "portability", icon: Waypoints, scope: "funds:read", phone: true },
  { to: "/market", word: "market", icon: CandlestickChart, scope: "market:read", phone: true },
  { to: "/indexes", word: "indexes", icon: PieChart, scope: "market:read" },
  { to: "/rates", word: "rates", icon: Percent, scope: "market:read" },
  { to: "/sql", word: "sql", icon: SquareTerminal, scope: "sql:run" },
  { to: "/data", word: "data", icon: Database, scope: "data:read" },
  { to: "/admin", word: "admin", icon: ShieldCheck, scope: "users:admin" },
];
