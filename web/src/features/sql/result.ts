/** What a query answered, and what can be drawn of it. */

import type { components } from "@/api/schema";

export type SqlAnswer = components["schemas"]["SqlAnswer"];
export type SqlSchema = components["schemas"]["SqlSchema"];
export type Cell = string | number | boolean | null;
export type Kind = "number" | "day" | "instant" | "truth" | "text";

/** What a column holds, by its type's name: `Decimal(precision=18, scale=2)`, `Date`. */
export function kindOf(type: string): Kind {
  if (/^(U?Int|Float|Decimal)/.test(type)) return "number";
  if (type === "Date") return "day";
  if (type.startsWith("Datetime")) return "instant";
  return type === "Boolean" ? "truth" : "text";
}

/** Decimals that figures of a type are shown with. */
export function placesOf(type: string): [least: number, most: number] {
  const scale = /scale=(\d+)/.exec(type)?.[1];
  if (scale !== undefined) return [Math.min(Number(scale), 2), Math.min(Number(scale), 8)];
  return /^U?Int/.test(type) ? [0, 0] : [0, 6];
}

export interface Drawing {
  x: string;
  y: string[];
  kind: "line" | "bar" | "dots";
}

const MOST_LINES = 3;
const MOST_BARS = 60;

/** How an answer is best drawn at first; null where it has no figures. */
export function drawingOf(answer: SqlAnswer): Drawing | null {
  const figures = answer.columns.filter((column) => kindOf(column.type) === "number");
  if (!figures.length || !answer.rows.length) return null;
  const time = answer.columns.find((column) => ["day", "instant"].includes(kindOf(column.type)));
  const name = answer.columns.find((column) => kindOf(column.type) === "text");
  const x = time ?? name ?? (figures.length > 1 ? figures[0] : undefined);
  if (!x) return null;
  const y = figures.filter((column) => column !== x).map((column) => column.name);
  const kind = time ? "line" : name ? "bar" : "dots";
  return { x: x.name, y: y.slice(0, kind === "bar" ? 1 : MOST_LINES), kind };
}

/** Values of a drawing's axis and lines; bars at most as many as can be read. */
export function drawn(answer: SqlAnswer, drawing: Drawing) {
  const place = (name: string) => answer.columns.findIndex((column) => column.name === name);
  const text = answer.columns.some(
    (column) => column.name === drawing.x && kindOf(column.type) === "text",
  );
  const rows = text ? answer.rows.slice(0, MOST_BARS) : answer.rows;
  const at = place(drawing.x);
  const x = rows.map((row) => (row as Cell[])[at]).map((value) => axis(value ?? null));
  const lines = drawing.y.map((name) => {
    const column = place(name);
    return { name, y: rows.map((row) => number((row as Cell[])[column] ?? null)) };
  });
  return { x, lines, text, cut: rows.length < answer.rows.length ? rows.length : null };
}

const axis = (value: Cell): string | number =>
  typeof value === "number" ? value : value === null ? "–" : String(value).slice(0, 80);
const number = (value: Cell) => (typeof value === "number" ? value : null);

/** Line and column that a complaint is about: `(line 2, column 7)`, `LINE 2:`. */
export function placeOf(message: string, query: string): { line: number; column: number } | null {
  const told = /\(line (\d+), column (\d+)\)/i.exec(message);
  if (told) return { line: Number(told[1]), column: Number(told[2]) };
  const drawnAt = /LINE (\d+): (.*)\n( *)\^/.exec(message);
  if (drawnAt) {
    const column = (drawnAt[3] ?? "").length - `LINE ${drawnAt[1]}: `.length + 1;
    return { line: Number(drawnAt[1]), column: Math.max(1, column) };
  }
  const word = /(?:column|table|function|named?) "?([\w.]+)"?/i.exec(message)?.[1];
  const start = word ? query.toLowerCase().indexOf(word.toLowerCase()) : -1;
  if (start < 0) return null;
  const before = query.slice(0, start).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
