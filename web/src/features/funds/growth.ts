/** Arithmetic on series of one fund: growth from a common day, what a range added up to. */

import type { FundFlows, FundQuotas } from "./types";

export type Days = [string, string];
type Numbers = readonly (number | null)[];

export interface Growth {
  /** Of every day, also those outside of the range: what 100 of the base day are. */
  fund: (number | null)[];
  cdi: (number | null)[];
  ibov: (number | null)[];
  /** From the base day to the range's end; null where not known. */
  earned: { fund: number | null; cdi: number | null; ibov: number | null };
}

/** Growth from the first day of the range on which all that are known in it are known. */
export function growthOf(quotas: FundQuotas, range: Days | null): Growth {
  const [from, until] = spanOf(quotas.dates, range);
  const all = [quotas.fund, quotas.cdi, quotas.ibov];
  const lines = all.filter((line) => line.slice(from, until).some((value) => value !== null));
  let base = from;
  while (base < until && lines.some((line) => line[base] === null)) base += 1;
  const scaled = (line: Numbers) => {
    const first = base < until && lines.length ? line[base] : null;
    return line.map((value) => (value === null || !first ? null : (value / first) * 100));
  };
  const earned = (line: Numbers) => {
    const last = line.slice(from, until).findLast((value) => value !== null) ?? null;
    return last === null ? null : last / 100 - 1;
  };
  const [fund, cdi, ibov] = [scaled(quotas.fund), scaled(quotas.cdi), scaled(quotas.ibov)];
  return {
    fund,
    cdi,
    ibov,
    earned: { fund: earned(fund), cdi: earned(cdi), ibov: earned(ibov) },
  };
}

/** Places of a range's days: from the first, and the place after the last. */
export function spanOf(dates: readonly string[], range: Days | null): [number, number] {
  if (!range) return [0, dates.length];
  const from = dates.findIndex((day) => day >= range[0]);
  const after = dates.findIndex((day) => day > range[1]);
  return [from < 0 ? dates.length : from, after < 0 ? dates.length : after];
}

export interface FlowSum {
  net: number;
  /** The day that decided: the worst of an outflow, the best of an inflow. */
  day: string | null;
  dayFlow: number;
}

export function flowSum(flows: FundFlows, range: Days | null): FlowSum {
  const [from, until] = spanOf(flows.dates, range);
  const days = flows.net_flow.slice(from, until);
  const net = days.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  let best = -1;
  days.forEach((value, at) => {
    const size = (value ?? 0) * Math.sign(net);
    if (size > 0 && (best < 0 || size > (days[best] ?? 0) * Math.sign(net))) best = at;
  });
  return { net, day: flows.dates[from + best] ?? null, dayFlow: days[best] ?? 0 };
}

export interface Bars {
  dates: string[];
  net: (number | null)[];
  cumulative: (number | null)[];
}

/** Days as they are; where there are more than fit as bars, weeks by their last day. */
export function barsOf(flows: FundFlows, range: Days | null, weekly: boolean): Bars {
  const [from, until] = spanOf(flows.dates, range);
  const dates = flows.dates.slice(from, until);
  const net = flows.net_flow.slice(from, until);
  const bars: Bars = { dates: [], net: [], cumulative: [] };
  let sum = 0;
  let week = "";
  dates.forEach((day, at) => {
    sum += net[at] ?? 0;
    const key = weekly ? weekOf(day) : day;
    if (weekly && key === week) {
      const last = bars.dates.length - 1;
      bars.dates[last] = day;
      bars.net[last] = (bars.net[last] ?? 0) + (net[at] ?? 0);
      bars.cumulative[last] = sum;
      return;
    }
    week = key;
    bars.dates.push(day);
    bars.net.push(net[at] ?? null);
    bars.cumulative.push(sum);
  });
  return bars;
}

function weekOf(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  return at.toISOString().slice(0, 10);
}
