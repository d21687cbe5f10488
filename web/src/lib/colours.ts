/** The same entity has the same colour on every page. */

const LIGHT = [
  "#0b5c6b",
  "#b3562a",
  "#5b4a9e",
  "#8a7a12",
  "#a03a6a",
  "#2f7a4d",
  "#3b6fb5",
  "#8c4b3f",
  "#5a6b1f",
  "#7a3fa0",
] as const;
const DARK = [
  "#5bbccb",
  "#e89461",
  "#a597ea",
  "#d2bf52",
  "#e58ab4",
  "#6fc490",
  "#7fb0ee",
  "#d79a8d",
  "#b2c468",
  "#c494ea",
] as const;

/** References stand back: thin, grey-blue. */
export const BENCHMARKS: ReadonlySet<string> = new Set([
  "CDI",
  "SELIC",
  "IPCA",
  "IGPM",
  "TR",
  "IBOV",
  "IBOVESPA",
]);

function hash(text: string): number {
  let value = 2166136261;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 16777619);
  return value >>> 0;
}

export function entityColour(id: string, theme: "light" | "dark", shift = 0): string {
  const palette = theme === "dark" ? DARK : LIGHT;
  return palette[(hash(id) + shift) % palette.length] ?? palette[0];
}

/** Colours for entities drawn together: each its own, moved on only where two would be alike. */
export function coloursOf(ids: readonly string[], theme: "light" | "dark"): Map<string, string> {
  const found = new Map<string, string>();
  const taken = new Set<string>();
  for (const id of ids) {
    if (found.has(id)) continue;
    let shift = 0;
    while (taken.has(entityColour(id, theme, shift)) && shift < LIGHT.length) shift += 1;
    const colour = entityColour(id, theme, shift);
    taken.add(colour);
    found.set(id, colour);
  }
  return found;
}
