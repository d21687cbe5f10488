/** Where tiles of a treemap lie, what fits on them, and how a change colours them. */

import { type Laid, type Sized, squarify } from "./squarify";
import type { ChartTheme } from "./theme";

export const TITLE_PX = 18;
const GAP = 1;

export interface Tile {
  id: string;
  /** On the tile; cut or left out where it does not fit. */
  name: string;
  /** Longer name for the hover and the table. */
  title?: string;
  group?: string | null;
  size: number;
  /** Ratio; null is not known. */
  change?: number | null;
}

export interface PlacedTile extends Laid<Tile> {
  /** The name, or its first words; blank where none fits. */
  text: string;
  /** 2: name and figure, 1: name, 0: neither fits. */
  lines: number;
}

export interface Block {
  name: string;
  /** Blank where it would not fit. */
  title: string;
  x: number;
  y: number;
  tiles: PlacedTile[];
}

export function layout(tiles: readonly Tile[], width: number, height: number): Block[] {
  if (!width) return [];
  const groups = new Map<string, Tile[]>();
  for (const tile of tiles) {
    const key = tile.group ?? "";
    groups.set(key, [...(groups.get(key) ?? []), tile]);
  }
  const grouped = groups.size > 1;
  const sizes: Sized<[string, Tile[]]>[] = [...groups].map(([name, own]) => ({
    item: [name, own],
    size: own.reduce((sum, tile) => sum + Math.max(tile.size, 0), 0),
  }));
  return squarify(sizes, { x: 0, y: 0, width, height }).map(({ item, ...box }) => {
    const [name, own] = item;
    const head = grouped && box.height > 44 && box.width > 44 ? TITLE_PX : 0;
    const inner = {
      x: box.x,
      y: box.y + head,
      width: Math.max(box.width - (grouped ? 3 : 0), 0),
      height: Math.max(box.height - head - (grouped ? 3 : 0), 0),
    };
    return {
      name,
      title: head ? fitted(name, inner.width - 4, 6.6) : "",
      x: box.x,
      y: box.y,
      tiles: squarify(
        own.map((tile) => ({ item: tile, size: tile.size })),
        inner,
      ).map(placed),
    };
  });
}

/** Readable or absent: the whole name, or its first whole words; never a part of a word. */
export function fitted(name: string, width: number, letter: number): string {
  const capitals = name.replace(/[^A-ZÀ-Ý0-9]/g, "").length;
  const each = letter + (capitals / Math.max(name.length, 1)) * 1.2;
  const most = Math.floor(width / each);
  if (name.length <= most) return name;
  const said: string[] = [];
  for (const word of name.split(" ")) {
    if ([...said, word].join(" ").length + 1 > most) break;
    said.push(word);
  }
  // A last "de" or "&" alone says nothing.
  while (said.length && (said.at(-1)?.length ?? 0) < 3) said.pop();
  return said.length ? `${said.join(" ")}…` : "";
}

function placed(laid: Laid<Tile>): PlacedTile {
  const width = Math.max(laid.width - GAP, 0);
  const height = Math.max(laid.height - GAP, 0);
  const text = height >= 22 ? fitted(laid.item.name, width - 10, 7) : "";
  const named = text !== "";
  const figured = named && height >= 38 && width >= 62;
  return { ...laid, width, height, text, lines: figured ? 2 : named ? 1 : 0 };
}

function mix(a: string, b: string, share: number): string {
  const parts = (colour: string) =>
    [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const [from, to] = [parts(a), parts(b)];
  const channel = (at: number) =>
    Math.round((from[at] ?? 0) + ((to[at] ?? 0) - (from[at] ?? 0)) * share)
      .toString(16)
      .padStart(2, "0");
  return `#${channel(0)}${channel(1)}${channel(2)}`;
}

/** Relative luminance (WCAG). */
export function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

/** From paper to the full colour by the size of the change; ink that can be read upon it. */
export function shade(change: number | null, most: number, theme: ChartTheme) {
  const flat = theme.dark ? "#3a3f43" : "#d9d5cb";
  const share = change === null ? 0 : Math.min(Math.abs(change) / most, 1);
  const full = (change ?? 0) < 0 ? theme.downFill : theme.upFill;
  const fill = share ? mix(flat, full, 0.25 + 0.75 * share) : flat;
  const light = luminance(fill);
  const white = 1.05 / (light + 0.05);
  const black = (light + 0.05) / 0.05;
  return { fill, ink: white >= black ? "#ffffff" : "#000000" };
}
