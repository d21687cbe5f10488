/** What is marked on the time axis of a class: changes in the registry, days that were restated. */

import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import { useWords } from "@/lib/words";
import type { ChartEvent } from "@/ui/chart/types";
import { type Asked, paramsOf } from "./FundPage";
import type { FundRestatement, RegistryPast } from "./types";
import { words } from "./words";

const MOST = 24;

export function useMarks(asked: Asked): ChartEvent[] {
  const t = useWords(words);
  const past = useAnswer("/api/v1/funds/{cnpj}/registry", paramsOf(asked)).data?.data;
  const restated = useAnswer("/api/v1/funds/{cnpj}/restatements", paramsOf(asked)).data?.data;
  return useMemo(
    () => [
      ...registryMarks(past, (field) => t(changedKey(field))),
      ...restatedMarks(restated, (n) => t("restatedTitle", { n })),
    ],
    [past, restated, t],
  );
}

const CHANGED = [
  "name",
  "status",
  "manager",
  "administrator",
  "custodian",
  "classification",
  "anbima_classification",
  "condominium",
  "audience",
] as const;

export function changedKey(field: string): `changed_${(typeof CHANGED)[number]}` {
  const known = CHANGED.find((name) => name === field) ?? "name";
  return `changed_${known}`;
}

/** One mark a snapshot, however many fields it changed. */
export function registryMarks(
  past: RegistryPast | undefined,
  called: (field: string) => string,
): ChartEvent[] {
  const days = new Map<string, string[]>();
  for (const event of past?.events ?? []) {
    const said = `${called(event.field)}: ${event.before ?? "–"} → ${event.after ?? "–"}`;
    days.set(event.date, [...(days.get(event.date) ?? []), said]);
  }
  return [...days].slice(0, MOST).map(([date, said]) => ({
    date,
    label: said.length > 1 ? said.map((one) => one.split(":")[0]).join(", ") : (said[0] ?? ""),
    detail: said.join("\n"),
    kind: "registry",
  }));
}

/** One mark a restated day. */
export function restatedMarks(
  restated: readonly FundRestatement[] | undefined,
  called: (count: number) => string,
): ChartEvent[] {
  const days = new Map<string, number>();
  for (const { ref_date: day } of restated ?? []) {
    if (day) days.set(day, (days.get(day) ?? 0) + 1);
  }
  return [...days].slice(0, MOST).map(([date, count]) => ({
    date,
    label: called(count),
    kind: "restatement",
  }));
}
