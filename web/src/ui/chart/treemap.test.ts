import { describe, expect, it } from "vitest";
import { type Box, squarify } from "./squarify";
import type { ChartTheme } from "./theme";
import { layout, luminance, shade } from "./tiles";

const box: Box = { x: 0, y: 0, width: 600, height: 400 };
const sizes = [600, 600, 400, 300, 200, 200, 100, 0];
const area = (one: Box) => one.width * one.height;

describe("squarify", () => {
  const laid = squarify(
    sizes.map((size, item) => ({ item, size })),
    box,
  );
  it("gives areas in proportion and leaves out what has none", () => {
    expect(laid).toHaveLength(7);
    for (const one of laid) expect(area(one)).toBeCloseTo(100 * (sizes[one.item] ?? 0));
  });
  it("fills the box, nothing over anything", () => {
    expect(laid.reduce((sum, one) => sum + area(one), 0)).toBeCloseTo(area(box));
    for (const a of laid) {
      for (const b of laid) {
        if (a.item >= b.item) continue;
        const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
        const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
        expect(wide > 1e-6 && high > 1e-6).toBe(false);
      }
    }
  });
  it("keeps sides even", () => {
    for (const one of laid) {
      const ratio = Math.max(one.width / one.height, one.height / one.width);
      expect(ratio).toBeLessThan(3);
    }
  });
  it("has nothing to lay without sizes", () => {
    expect(squarify([{ item: 1, size: 0 }], box)).toEqual([]);
  });
});

describe("labels of tiles", () => {
  const tiles = [
    { id: "1", name: "PETR4", size: 9000 },
    { id: "2", name: "VALE3", size: 3 },
  ];
  it("are readable or absent", () => {
    const found = layout(tiles, 400, 200).flatMap((block) => block.tiles);
    expect(found.map((tile) => [tile.item.name, tile.lines])).toEqual([
      ["PETR4", 2],
      ["VALE3", 0],
    ]);
  });
  it("have no group title where there is one group only", () => {
    expect(layout(tiles, 400, 200).map((block) => block.title)).toEqual([""]);
  });
});

describe("shade", () => {
  const theme = { dark: false, upFill: "#3d9a64", downFill: "#cf5a50" } as ChartTheme;
  const contrast = (a: string, b: string) => {
    const [x, y] = [luminance(a), luminance(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  };
  it("is readable at every change, in both themes", () => {
    for (const dark of [false, true]) {
      for (let change = -0.06; change <= 0.06; change += 0.002) {
        const { fill, ink } = shade(change, 0.03, { ...theme, dark });
        expect(contrast(fill, ink)).toBeGreaterThan(4.5);
      }
    }
  });
  it("is neutral for what is not known, full at the most", () => {
    expect(shade(null, 0.03, theme).fill).toBe(shade(0, 0.03, theme).fill);
    expect(shade(0.5, 0.03, theme).fill).toBe(theme.upFill);
    expect(shade(-0.5, 0.03, theme).fill).toBe(theme.downFill);
  });
});
