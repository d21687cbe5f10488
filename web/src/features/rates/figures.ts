/** Sums of the rates page: conversions, what Focus changed, names of currencies. */

import type { components } from "@/api/schema";
import type { Language } from "@/lib/preferences";

export type RateCard = components["schemas"]["RateCard"];
export type Currency = components["schemas"]["Currency"];
export type Expectations = components["schemas"]["Expectations"];

export const REAL = "BRL";

/** An amount of one currency in another, by closing selling rates; null where one is unknown. */
export function converted(
  amount: number,
  from: string,
  to: string,
  currencies: readonly Pick<Currency, "code" | "sell">[],
): number | null {
  const price = (code: string) =>
    code === REAL ? 1 : (currencies.find((one) => one.code === code)?.sell ?? null);
  const [given, wanted] = [price(from), price(to)];
  if (given === null || !wanted || !Number.isFinite(amount)) return null;
  return (amount * given) / wanted;
}

/** A number as people of either language type it: `1.234,56`, `1,234.56`, `1234.5`. */
export function typedNumber(text: string, language: Language): number {
  const [group, point] = language === "pt-BR" ? [".", ","] : [",", "."];
  const plain = text.trim().replaceAll(group, "").replace(point, ".");
  return /^\d+(\.\d*)?$|^\.\d+$/.test(plain) ? Number(plain) : Number.NaN;
}

/** The currency's name in the reader's language. */
export function currencyName(code: string, language: Language): string {
  return new Intl.DisplayNames(language, { type: "currency" }).of(code) ?? code;
}

/** Decimals that show a rate's movement: yens cost cents. */
export function places(price: number): number {
  return price < 0.1 ? 6 : 4;
}

/** The target whose median moved most in a week; null where none did. */
export function mostRevised(survey: Pick<Expectations, "targets">) {
  let best: Expectations["targets"][number] | null = null;
  for (const one of survey.targets) {
    const moved = Math.abs(one.median - (one.week_before ?? one.median));
    const most = best ? Math.abs(best.median - (best.week_before ?? best.median)) : 0;
    if (moved > most) best = one;
  }
  return best;
}
