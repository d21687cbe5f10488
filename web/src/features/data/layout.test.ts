import { describe, expect, it } from "vitest";
import { placed, related } from "./layout";
import type { Graph, Node } from "./types";

const node = (id: string, layer: Node["layer"]): Node => ({
  id,
  layer,
  title: id,
  pt: id,
  state: "ok",
  version: 1,
  changed_at: null,
  newest_day: null,
});
const graph: Graph = {
  nodes: [
    node("source.a", "source"),
    node("source.b", "source"),
    node("bronze.a", "bronze"),
    node("bronze.b", "bronze"),
    node("silver.a", "silver"),
    node("silver.months", "silver"),
    node("gold.x", "gold"),
    node("gold.alone", "gold"),
  ],
  edges: [
    { source: "source.a", target: "bronze.a", version: null },
    { source: "source.b", target: "bronze.b", version: null },
    { source: "bronze.a", target: "silver.a", version: 1 },
    { source: "silver.a", target: "silver.months", version: 1 },
    { source: "silver.months", target: "gold.x", version: 1 },
    { source: "bronze.b", target: "gold.x", version: 1 },
  ],
};

describe("the lineage's places", () => {
  it("stand to the right of all that they are built from", () => {
    const { places } = placed(graph);
    for (const edge of graph.edges) {
      const from = places.get(edge.source);
      const to = places.get(edge.target);
      expect(from && to && from.x < to.x, `${edge.source} ${edge.target}`).toBe(true);
    }
    expect(places.get("gold.alone")?.column).toBe(3);
    expect(places.get("silver.months")?.column).toBe(3);
  });
  it("never lie upon each other", () => {
    const all = [...placed(graph).places.values()];
    for (const one of all) {
      const same = all.filter((other) => other.column === one.column && other !== one);
      for (const other of same) expect(Math.abs(other.y - one.y)).toBeGreaterThan(26);
    }
  });
  it("are related up and down, not sideways", () => {
    expect(related(graph, "silver.a")).toEqual(
      new Set(["silver.a", "silver.months", "gold.x", "bronze.a", "source.a"]),
    );
  });
});
