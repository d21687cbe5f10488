/** What figures of funds say, in plain words. */

import type { Format, Value } from "@/lib/format";
import type { Say, Words } from "@/lib/words";
import type { words } from "./words";

type Keys = typeof words extends Words<infer P> ? P : never;
export type T = Say<Keys>;

/** `saíram R$ 1,2 bi líquidos, 0,6 % do patrimônio`. */
export function flowOf(flow: number, worth: number, t: T, f: Format): string {
  if (!flow) return t("stoodStill");
  const values = {
    money: f.moneyCompact(Math.abs(flow)),
    share: f.percent(worth ? Math.abs(flow) / worth : null, 1),
  };
  return flow > 0 ? t("cameIn", values) : t("wentOut", values);
}

export interface Flowing {
  net_flow_30d?: Value;
  flow_ratio_30d?: Value;
  flow_run?: Value;
}

/** `Saíram R$ 120 mi em 30 dias, 8 % do patrimônio; 14 dias seguidos de resgate.` */
export function flowSentence(fund: Flowing, t: T, f: Format): string {
  const flow = fund.net_flow_30d;
  if (flow === null || flow === undefined) return "";
  const values = {
    money: f.moneyCompact(Math.abs(flow)),
    share: f.percent(Math.abs(fund.flow_ratio_30d ?? Number.NaN), 1),
  };
  const said = flow === 0 ? t("flat30") : flow > 0 ? t("in30", values) : t("out30", values);
  const run = runSentence(fund.flow_run, t);
  return `${said}${run ? `; ${run}` : ""}.`;
}

/** `14 dias seguidos de resgate`; nothing for a single day. */
export function runSentence(run: Value, t: T): string {
  const days = Math.abs(run ?? 0);
  if (days < 2) return "";
  return (run ?? 0) > 0 ? t("runIn", { n: days }) : t("runOut", { n: days });
}

/** `Rendeu 12,30 % em 12 meses, 2,10 p.p. acima do CDI.` */
export function earnedSentence(
  fund: { return_12m?: Value; excess_12m?: Value },
  t: T,
  f: Format,
): string {
  const { return_12m: earned, excess_12m: gap } = fund;
  if (earned === null || earned === undefined) return "";
  const value = f.percent(earned);
  if (gap === null || gap === undefined) return t("earnedAlone", { fund: value });
  return t("earned", {
    fund: value,
    gap: t("pp", { n: f.number(Math.abs(gap) * 100, 2) }),
    side: gap >= 0 ? t("above") : t("below"),
  });
}

/** The parts of a reason: they are joined by semicolons. */
export function reasonsOf(reason: string | null | undefined): string[] {
  return (reason ?? "")
    .split(";")
    .map((part) => part.trim())
    .filter(Boolean);
}

/** How strong a score is: its words and its tone. */
export function strengthOf(score: Value): "signalStrong" | "signalSome" | "signalNone" {
  if ((score ?? 0) >= 50) return "signalStrong";
  return (score ?? 0) >= 25 ? "signalSome" : "signalNone";
}
