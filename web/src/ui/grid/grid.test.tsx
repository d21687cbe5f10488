import { describe, expect, it } from "vitest";
import { nextSort } from "./GridHead";
import { movedColumn } from "./GridTools";
import type { Column } from "./types";
import { moved } from "./useGridKeys";
import { compare } from "./useGridModel";

const collator = new Intl.Collator("pt-BR", { numeric: true, sensitivity: "base" });

it("orders figures as figures and words as people do", () => {
  expect(compare(9, 10, collator)).toBeLessThan(0);
  expect(compare("Ágora", "banco", collator)).toBeLessThan(0);
  expect(compare("Fundo 9", "Fundo 10", collator)).toBeLessThan(0);
});

describe("sorting", () => {
  const column = (align?: "right"): Column<object> => ({
    id: "a",
    header: "A",
    width: 1,
    align,
    value: () => 1,
  });
  it("begins with the greatest figure, or the first word; then turns; then ends", () => {
    const first = nextSort(column("right"), null);
    expect(first).toEqual({ id: "a", desc: true });
    const second = nextSort(column("right"), first);
    expect(second).toEqual({ id: "a", desc: false });
    expect(nextSort(column("right"), second)).toBeNull();
    expect(nextSort(column(), { id: "b", desc: true })).toEqual({ id: "a", desc: false });
  });
});

describe("keys", () => {
  it("move within the grid", () => {
    const at = { row: 0, column: 1 };
    expect(moved("ArrowDown", at, 100, 3, 10)).toEqual({ row: 1, column: 1 });
    expect(moved("ArrowUp", at, 100, 3, 10)).toEqual({ row: 0, column: 1 });
    expect(moved("End", at, 100, 3, 10)).toEqual({ row: 99, column: 1 });
    expect(moved("PageDown", at, 100, 3, 10)).toEqual({ row: 10, column: 1 });
    expect(moved("ArrowRight", { row: 0, column: 2 }, 100, 3, 10)).toEqual({ row: 0, column: 2 });
    expect(moved("x", at, 100, 3, 10)).toBeNull();
  });
});

it("columns change places with their neighbour", () => {
  expect(movedColumn(["a", "b", "c"], "c", -1)).toEqual(["a", "c", "b"]);
  expect(movedColumn(["a", "b", "c"], "c", 1)).toEqual(["a", "b", "c"]);
  expect(movedColumn(["a", "b"], "x", 1)).toEqual(["a", "b"]);
});
