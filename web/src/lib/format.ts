/** Numbers and dates as a Brazilian or an English reader writes them. */

import type { Language } from "./preferences";

export const UNKNOWN = "–";
const MINUS = "−";
const BRASILIA = "America/Sao_Paulo";
const NBSP = "\u00a0";

export type Value = number | null | undefined;
export type When = string | null | undefined;

const SCALES: Record<Language, [number, string][]> = {
  "pt-BR": [
    [1e12, "tri"],
    [1e9, "bi"],
    [1e6, "mi"],
    [1e3, "mil"],
  ],
  en: [
    [1e12, "T"],
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ],
};

const known = (value: Value): value is number =>
  value !== null && value !== undefined && Number.isFinite(value);

/** A day as local midnight: `new Date("2024-12-30")` would be the day before in Brasília. */
function dayOf(day: string): Date {
  const [year = 1970, month = 1, date = 1] = day.slice(0, 10).split("-").map(Number);
  return new Date(year, month - 1, date);
}

export function formatter(language: Language) {
  const pt = language === "pt-BR";
  const cache = new Map<string, Intl.NumberFormat>();
  const gap = pt ? NBSP : "";

  function digits(least: number, most = least): Intl.NumberFormat {
    const key = `${least}:${most}`;
    let found = cache.get(key);
    if (!found) {
      found = new Intl.NumberFormat(language, {
        minimumFractionDigits: least,
        maximumFractionDigits: most,
      });
      cache.set(key, found);
    }
    return found;
  }

  /** Rounds first: -0,004 is 0,00 without a sign. */
  function signed(value: number, least: number, always: boolean, most = least): string {
    const text = digits(least, most).format(Math.abs(value));
    if (!/[1-9]/.test(text)) return text;
    if (value < 0) return MINUS + text;
    return always ? `+${text}` : text;
  }

  function scaled(value: number, always: boolean): string {
    const size = Math.abs(value);
    // 999.95 thousand reads as one million, not as 1.000,0 thousand.
    const scale = SCALES[language].find(([from]) => size >= from * 0.99995);
    if (!scale) return signed(value, size < 10 && size % 1 ? 2 : 0, always);
    return `${signed(value / scale[0], 1, always)}${gap}${scale[1]}`;
  }

  /** The sign stands before the currency: −R$ 10,00. */
  function currency(text: string, code: string): string {
    const symbol = code === "BRL" ? "R$" : code === "USD" ? "US$" : code;
    const sign = text.startsWith(MINUS) || text.startsWith("+") ? text.charAt(0) : "";
    const space = pt || symbol === code ? NBSP : "";
    return `${sign}${symbol}${space}${text.slice(sign.length)}`;
  }

  const date = new Intl.DateTimeFormat(language, {
    day: "2-digit",
    month: pt ? "2-digit" : "short",
    year: "numeric",
  });
  const dateShort = new Intl.DateTimeFormat(language, { day: "2-digit", month: "short" });
  const month = new Intl.DateTimeFormat(language, { month: "short", year: "numeric" });
  const day = new Intl.DateTimeFormat("en-CA", { dateStyle: "short", timeZone: BRASILIA });
  const clock = new Intl.DateTimeFormat("pt-BR", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: BRASILIA,
  });

  return {
    language,
    number: (value: Value, places = 0) => (known(value) ? signed(value, places, false) : UNKNOWN),
    integer: (value: Value) => (known(value) ? signed(value, 0, false) : UNKNOWN),
    /** `R$ 1.234,56`. */
    money: (value: Value, code = "BRL") =>
      known(value) ? currency(signed(value, 2, false), code) : UNKNOWN,
    /** `R$ 1,2 mi`. */
    moneyCompact: (value: Value, code = "BRL") =>
      known(value) ? currency(scaled(value, false), code) : UNKNOWN,
    /** `+R$ 1,2 mi`, `−R$ 3,4 bi`: a flow or a change of money. */
    moneyChange: (value: Value, code = "BRL") =>
      known(value) ? currency(scaled(value, true), code) : UNKNOWN,
    /** `1,2 mi`. */
    compact: (value: Value) => (known(value) ? scaled(value, false) : UNKNOWN),
    /** A ratio as a percentage: 0.0231 is `2,31 %`. */
    percent: (value: Value, places = 2) =>
      known(value) ? `${signed(value * 100, places, false)}${gap}%` : UNKNOWN,
    /** A change in a ratio, always signed: `+2,31 %`, `−2,31 %`. */
    change: (value: Value, places = 2) =>
      known(value) ? `${signed(value * 100, places, true)}${gap}%` : UNKNOWN,
    /** A quota with 6 decimals. */
    quota: (value: Value) => (known(value) ? signed(value, 6, false) : UNKNOWN),
    /** A quota with all its 12 decimals, for the hover. */
    quotaFull: (value: Value) => (known(value) ? signed(value, 2, false, 12) : UNKNOWN),
    /** `12/03/2026`; `12 Mar 2026`. */
    date: (day: When) => (day ? englishDay(date.format(dayOf(day)), dayOf(day), pt) : UNKNOWN),
    dateShort: (day: When) => (day ? dateShort.format(dayOf(day)).replace(".", "") : UNKNOWN),
    /** `mar. de 2026`. */
    month: (day: When) =>
      day ? month.format(dayOf(day)).replace(". de ", " ").replace(" de ", " ") : UNKNOWN,
    /** An instant in Brasília: `12/03/2026 18:05`. */
    instant: (at: When) => {
      if (!at) return UNKNOWN;
      const local = dayOf(day.format(new Date(at)));
      return `${englishDay(date.format(local), local, pt)} ${clock.format(new Date(at))}`;
    },
    /** `há 3 h`; `3 h ago`. */
    ago: (seconds: Value) => {
      if (!known(seconds)) return UNKNOWN;
      const span = lasting(seconds);
      if (seconds < 60) return pt ? "agora" : "now";
      return pt ? `há ${span}` : `${span} ago`;
    },
    duration: (seconds: Value) => (known(seconds) ? lasting(seconds) : UNKNOWN),
    /** `12.345.678/0001-90`. */
    cnpj,
    bytes: (value: Value) => (known(value) ? sized(value) : UNKNOWN),
  };

  function sized(value: number): string {
    const units = ["B", "kB", "MB", "GB", "TB"];
    const step = value < 1 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
    return `${signed(value / 1000 ** step, step ? 1 : 0, false)}${NBSP}${units[step]}`;
  }
}

export type Format = ReturnType<typeof formatter>;

function englishDay(text: string, day: Date, pt: boolean): string {
  if (pt) return text;
  const name = day.toLocaleString("en", { month: "short" });
  return `${day.getDate()} ${name} ${day.getFullYear()}`;
}

function lasting(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)}${NBSP}s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)}${NBSP}min`;
  if (seconds < 2 * 86400) return `${Math.round(seconds / 3600)}${NBSP}h`;
  return `${Math.round(seconds / 86400)}${NBSP}d`;
}

export function cnpj(text: string | null | undefined): string {
  if (!text) return UNKNOWN;
  const found = /^(\w{2})(\w{3})(\w{3})(\w{4})(\w{2})$/.exec(text);
  return found ? `${found[1]}.${found[2]}.${found[3]}/${found[4]}-${found[5]}` : text;
}
