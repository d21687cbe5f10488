/** Where nodes of the lineage stand: a column a step from the sources, few crossings between. */

import type { Graph, Node } from "./types";

export interface Placed {
  node: Node;
  column: number;
  x: number;
  y: number;
}

export interface Drawn {
  places: Map<string, Placed>;
  columns: number;
  width: number;
  height: number;
}

export const BOX = { width: 146, height: 26, gapX: 26, gapY: 8 };
const ROUNDS = 8;

/** Longest way from a source; what nothing leads to stands at its layer's first column. */
function columnsOf(graph: Graph): Map<string, number> {
  const above = new Map<string, string[]>();
  for (const edge of graph.edges) {
    above.set(edge.target, [...(above.get(edge.target) ?? []), edge.source]);
  }
  const found = new Map<string, number>();
  const first: Record<Node["layer"], number> = {
    source: 0,
    bronze: 1,
    silver: 2,
    gold: 3,
    view: 4,
  };
  const layers = new Map(graph.nodes.map((node) => [node.id, node.layer]));
  function depth(id: string): number {
    const known = found.get(id);
    if (known !== undefined) return known;
    found.set(id, 0); // a circle ends here; the catalog has none
    const least = first[layers.get(id) ?? "source"];
    const steps = (above.get(id) ?? []).map((other) => depth(other) + 1);
    const deepest = Math.max(least, ...steps);
    found.set(id, deepest);
    return deepest;
  }
  for (const node of graph.nodes) depth(node.id);
  return found;
}

/** Places of all nodes; order within a column follows the middle of the neighbours. */
export function placed(graph: Graph): Drawn {
  const column = columnsOf(graph);
  const count = Math.max(0, ...column.values()) + 1;
  const stacks: Node[][] = Array.from({ length: count }, () => []);
  for (const node of graph.nodes) stacks[column.get(node.id) ?? 0]?.push(node);
  const near = new Map<string, string[]>();
  for (const { source, target } of graph.edges) {
    near.set(source, [...(near.get(source) ?? []), target]);
    near.set(target, [...(near.get(target) ?? []), source]);
  }
  const at = new Map<string, number>();
  const note = () => {
    for (const stack of stacks) {
      stack.forEach((node, place) => {
        at.set(node.id, (place + 0.5) / stack.length);
      });
    }
  };
  note();
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 ? [...stacks].reverse() : stacks;
    for (const stack of order) {
      const middle = new Map(
        stack.map((node) => {
          const others = (near.get(node.id) ?? []).map((id) => at.get(id) ?? 0.5);
          const mean = others.reduce((sum, value) => sum + value, 0) / (others.length || 1);
          return [node.id, others.length ? mean : (at.get(node.id) ?? 0.5)];
        }),
      );
      stack.sort((a, b) => (middle.get(a.id) ?? 0) - (middle.get(b.id) ?? 0));
      note();
    }
  }
  return boxes(stacks);
}

function boxes(stacks: Node[][]): Drawn {
  const step = BOX.height + BOX.gapY;
  const tallest = Math.max(1, ...stacks.map((stack) => stack.length));
  const height = tallest * step + BOX.gapY;
  const places = new Map<string, Placed>();
  stacks.forEach((stack, column) => {
    const spread = Math.min(height / stack.length, step * 1.9);
    const top = (height - spread * stack.length) / 2;
    stack.forEach((node, place) => {
      const y = top + spread * (place + 0.5) - BOX.height / 2;
      places.set(node.id, { node, column, x: column * (BOX.width + BOX.gapX), y });
    });
  });
  const width = stacks.length * (BOX.width + BOX.gapX) - BOX.gapX;
  return { places, columns: stacks.length, width, height };
}

/** All that leads to a node, and all that it leads to, itself among them. */
export function related(graph: Graph, id: string): Set<string> {
  const found = new Set([id]);
  for (const [from, to] of [
    ["source", "target"],
    ["target", "source"],
  ] as const) {
    const waiting = [id];
    for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
      for (const edge of graph.edges) {
        if (edge[from] !== here || found.has(edge[to])) continue;
        found.add(edge[to]);
        waiting.push(edge[to]);
      }
    }
  }
  return found;
}
