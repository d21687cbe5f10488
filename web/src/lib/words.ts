/**
 * Words in two languages, typed: a missing key or a missing value is a compile error.
 *
 * `{name}` is replaced; `{n|fundo|fundos}` chooses by the number `n` (one, other).
 */

import { useMemo } from "react";
import { type Language, usePreferences } from "./preferences";

type Name<S extends string> = S extends `${infer N}|${string}` ? N : S;
type Holes<S extends string> = S extends `${string}{${infer Hole}}${infer Rest}`
  ? Name<Hole> | Holes<Rest>
  : never;
type Values<S extends string> = { [K in Holes<S>]: string | number };
type Fill<S extends string> = [Holes<S>] extends [never] ? [] : [values: Values<S>];

export interface Words<P extends Record<string, string>> {
  "pt-BR": P;
  en: Record<keyof P, string>;
}

export type Say<P extends Record<string, string>> = <K extends keyof P>(
  key: K,
  ...values: Fill<P[K]>
) => string;

export function defineWords<const P extends Record<string, string>>(words: {
  "pt-BR": P;
  en: { [K in keyof P]: string };
}): Words<P> {
  return words;
}

const rules = { "pt-BR": new Intl.PluralRules("pt-BR"), en: new Intl.PluralRules("en") };

export function fill(
  template: string,
  values: Record<string, string | number>,
  language: Language,
): string {
  return template.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, other) => {
    const value = values[name];
    if (value === undefined) return "–";
    if (one === undefined) return String(value);
    // By the rule of Portuguese nought is singular; people write "0 linhas".
    const alone = Number(value) !== 0 && rules[language].select(Number(value)) === "one";
    return alone ? one : other;
  });
}

export function say<P extends Record<string, string>>(words: Words<P>, language: Language): Say<P> {
  return (key, ...values) => fill(words[language][key], values[0] ?? {}, language);
}

export function useWords<P extends Record<string, string>>(words: Words<P>): Say<P> {
  const { language } = usePreferences();
  return useMemo(() => say(words, language), [words, language]);
}
