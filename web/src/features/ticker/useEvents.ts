/** A ticker's events as marks of a chart, in words. */

import { useCallback, useMemo } from "react";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import type { ChartEvent } from "@/ui/chart/types";
import { eventWords } from "./eventWords";
import type { TickerAction, TickerActions } from "./findings";
import { useLabel } from "./labels";

export function useEvents(actions: TickerActions | undefined): ChartEvent[] {
  const t = useWords(eventWords);
  const f = useFormat();
  const said = useSaid();
  return useMemo(() => {
    const happened = (actions?.actions ?? []).map((action) => ({
      date: action.ex_date ?? "",
      label: said(action),
      detail: action.payment_date ? t("paidOn", { date: f.date(action.payment_date) }) : undefined,
      kind: KINDS[action.kind],
    }));
    const corrected = (actions?.restated ?? []).map((change) => ({
      date: change.ref_date ?? "",
      label: t("event_restated"),
      detail: `${change.column}: ${change.before || "–"} → ${change.after || "–"}`,
      kind: "restatement" as const,
    }));
    return [...happened, ...corrected]
      .filter((event) => event.date)
      .sort((one, other) => one.date.localeCompare(other.date));
  }, [actions, said, t, f]);
}

const KINDS: Record<string, ChartEvent["kind"]> = {
  cash: "dividend",
  stock: "split",
  subscription: "note",
};

/** An action in a few words: what, and how much for one share. */
function useSaid(): (action: TickerAction) => string {
  const t = useWords(eventWords);
  const labelOf = useLabel();
  const f = useFormat();
  return useCallback(
    (action) => {
      const { kind } = action;
      const label = labelOf(action.label);
      if (kind === "cash") {
        return t("event_cash", { label, value: `R$ ${amount(action.value, f.number)}` });
      }
      if (kind === "stock") {
        return t("event_stock", { label, value: amount(action.multiplier, f.number) });
      }
      const percent = f.percent((action.subscription_percent ?? 0) / 100, 1);
      return t("event_subscription", { percent, value: f.money(action.subscription_price) });
    },
    [t, f, labelOf],
  );
}

/** As many decimals as the amount has, two at least: 0,0863 and 2,00. */
export function amount(
  value: number | null,
  say: (value: number | null, places: number) => string,
): string {
  if (value === null) return say(null, 2);
  const decimals = String(Number(value.toFixed(6))).split(".")[1]?.length ?? 0;
  return say(value, Math.max(2, decimals));
}
