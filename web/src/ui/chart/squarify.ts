/** Squarified treemap (Bruls, Huizing, van Wijk): areas in proportion, sides as even as may be. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Sized<T> {
  item: T;
  size: number;
}

export interface Laid<T> extends Box {
  item: T;
}

/** The worst ratio of sides in a row of areas along a side. */
function worst(areas: readonly number[], side: number): number {
  const sum = areas.reduce((total, area) => total + area, 0);
  const most = Math.max(...areas);
  const least = Math.min(...areas);
  const square = sum * sum;
  return Math.max((side * side * most) / square, square / (side * side * least));
}

/** Lays items into a box; those without a size are left out. */
export function squarify<T>(items: readonly Sized<T>[], box: Box): Laid<T>[] {
  const sized = items.filter((item) => item.size > 0).sort((a, b) => b.size - a.size);
  const total = sized.reduce((sum, item) => sum + item.size, 0);
  const scale = total ? (box.width * box.height) / total : 0;
  const found: Laid<T>[] = [];
  let free = { ...box };
  let row: Sized<T>[] = [];
  const areas = (of: readonly Sized<T>[]) => of.map((item) => item.size * scale);
  for (const item of sized) {
    const side = Math.min(free.width, free.height);
    const longer = [...row, item];
    if (row.length && worst(areas(row), side) < worst(areas(longer), side)) {
      free = lay(row, areas(row), free, found);
      row = [item];
    } else row = longer;
  }
  if (row.length) lay(row, areas(row), free, found);
  return found;
}

/** Puts a row along the shorter side and gives what is left. */
function lay<T>(row: Sized<T>[], areas: number[], free: Box, found: Laid<T>[]): Box {
  const sum = areas.reduce((total, area) => total + area, 0);
  const upright = free.width >= free.height;
  const depth = upright ? sum / free.height : sum / free.width;
  let at = upright ? free.y : free.x;
  row.forEach(({ item }, index) => {
    const length = (areas[index] ?? 0) / depth;
    found.push(
      upright
        ? { item, x: free.x, y: at, width: depth, height: length }
        : { item, x: at, y: free.y, width: length, height: depth },
    );
    at += length;
  });
  return upright
    ? { ...free, x: free.x + depth, width: Math.max(free.width - depth, 0) }
    : { ...free, y: free.y + depth, height: Math.max(free.height - depth, 0) };
}
