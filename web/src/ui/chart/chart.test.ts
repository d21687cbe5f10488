import { describe, expect, it } from "vitest";
import { formatter } from "@/lib/format";
import { linesOf } from "./ChartTable";
import { extent } from "./extent";
import { figureOf } from "./figure";
import { apart, short } from "./labels";
import { escaped, place } from "./placed";
import type { ChartTheme } from "./theme";
import type { Series } from "./types";
import { niceStep, ticks } from "./units";
import { askedRange } from "./usePlotly";

const theme: ChartTheme = {
  dark: false,
  paper: "#ffffff",
  raised: "#ffffff",
  ink: "#000000",
  ink2: "#222222",
  ink3: "#555555",
  rule: "#dddddd",
  accent: "#0b5c6b",
  up: "#13703c",
  down: "#b0281f",
  upFill: "#3d9a64",
  downFill: "#cf5a50",
  warn: "#835300",
  benchmark: "#7488a0",
  font: "sans-serif",
};
const format = formatter("pt-BR");
const x = ["2024-01-02", "2024-01-03", "2024-01-04"];
const base = { theme, format, range: null, height: 400, width: 800, events: undefined };
const plain = (text: string) => text.replace(/\u00a0/g, " ");

describe("extent", () => {
  const main = { id: "main", unit: "number" as const };
  it("keeps to the range in sight, with air", () => {
    const series: Series[] = [{ name: "a", x, y: [100, 1, 2] }];
    const [low, high] = extent(main, series, ["2024-01-03", "2024-01-04"]);
    expect(low).toBeCloseTo(0.94);
    expect(high).toBeCloseTo(2.06);
  });
  it("lets bars stand on zero", () => {
    expect(extent(main, [{ name: "a", kind: "bar", x, y: [5, 6, 7] }], null)[0]).toBe(0);
    expect(extent(main, [{ name: "a", kind: "area", x, y: [-0.1, -0.2, 0] }], null)[1]).toBe(0);
  });
  it("piles up what is stacked, each sign by itself", () => {
    const series: Series[] = [
      { name: "in", kind: "bar", stack: "f", x, y: [3, 0, 0] },
      { name: "more", kind: "bar", stack: "f", x, y: [4, 0, 0] },
      { name: "out", kind: "bar", stack: "f", x, y: [-2, 0, 0] },
    ];
    const [low, high] = extent(main, series, null);
    expect(low).toBeCloseTo(-2 - 9 * 0.06);
    expect(high).toBeCloseTo(7 + 9 * 0.06);
  });
  it("survives series without a value", () => {
    expect(extent(main, [{ name: "a", x, y: [null, null, null] }], null)).toEqual([0, 1]);
  });
});

describe("ticks", () => {
  it("are round and in our formats", () => {
    expect(niceStep(0.037)).toBeCloseTo(0.05);
    expect(ticks(format, "percent", -0.02, 0.05).texts.map(plain)).toEqual([
      "−2 %",
      "0 %",
      "2 %",
      "4 %",
    ]);
    expect(ticks(format, "money", 0, 4e6, 4).texts.map(plain)).toEqual([
      "0",
      "1,0 mi",
      "2,0 mi",
      "3,0 mi",
      "4,0 mi",
    ]);
    expect(ticks(format, "number", 0.9, 1, 4).texts).toEqual([
      "0,900",
      "0,925",
      "0,950",
      "0,975",
      "1,000",
    ]);
  });
});

describe("figure", () => {
  const series: Series[] = [
    { name: "<b>Fundo</b>", entity: "1", x, y: [1, 2, 3] },
    { name: "CDI", x, y: [1, 1.1, 1.2] },
    { name: "fluxo", kind: "bar", sign: true, panel: "flow", x, y: [1, -2, 3] },
  ];
  const panels = [
    { id: "main", unit: "number" as const, share: 3 },
    { id: "flow", unit: "money" as const },
  ];
  const made = figureOf({ ...base, series, panels });
  const trace = (at: number) => made.data[at] as unknown as Record<string, never>;
  const layout = made.layout as unknown as Record<string, Record<string, never>>;

  it("draws a benchmark thin, dashed and grey-blue", () => {
    expect(trace(1).line).toMatchObject({ color: theme.benchmark, width: 1.25, dash: "4px,3px" });
    expect(trace(0).line).toMatchObject({ width: 1.75, dash: "solid" });
  });
  it("colours bars by their sign and writes hovers in our formats", () => {
    expect(trace(2).marker).toMatchObject({
      color: [theme.upFill, theme.downFill, theme.upFill],
    });
    expect((trace(2).text as unknown as string[]).map(plain)[1]).toBe("−R$ 2");
  });
  it("never reads a name as markup", () => {
    expect(trace(0).name).toBe("&lt;b&gt;Fundo&lt;/b&gt;");
    expect(escaped("A & B <C>")).toBe("A &amp; B &lt;C&gt;");
  });
  it("gives panels their share, from above, without touching", () => {
    const [first, second] = place({ ...base, series, panels });
    expect(first?.domain[1]).toBe(1);
    expect(second?.domain[0]).toBeCloseTo(0);
    expect((first?.domain[0] ?? 0) - (second?.domain[1] ?? 1)).toBeGreaterThan(0.03);
    expect(layout.yaxis2?.domain).toEqual(second?.domain);
  });
  it("closes the holes of weekends only under bars", () => {
    expect(layout.xaxis?.rangebreaks).toEqual([{ bounds: ["sat", "mon"] }]);
    const lines = figureOf({ ...base, series: series.slice(0, 2), panels: undefined }).layout;
    expect(lines.xaxis?.rangebreaks).toBeUndefined();
  });
});

it("gives a series of a single day an axis with a length", () => {
  const series: Series[] = [{ name: "a", kind: "bar", x: ["2024-01-05"], y: [1] }];
  const one = figureOf({ ...base, series, panels: undefined }).layout.xaxis;
  expect(one?.range).toEqual(["2024-01-04", "2024-01-06"]);
  const asked = figureOf({
    ...base,
    series,
    panels: undefined,
    range: ["2024-01-05", "2024-01-05"],
  });
  expect(asked.layout.xaxis?.range).toEqual(["2024-01-04", "2024-01-06"]);
});

describe("labels", () => {
  it("move apart without changing their order", () => {
    const moved = apart([10, 12, 11, 60]);
    const order = [...moved.keys()].sort((a, b) => (moved[a] ?? 0) - (moved[b] ?? 0));
    expect(order).toEqual([0, 2, 1, 3]);
    const sorted = [...moved].sort((a, b) => a - b);
    sorted.slice(1).forEach((at, index) => {
      expect(at - (sorted[index] ?? 0)).toBeGreaterThan(13.9);
    });
  });
  it("are cut where they do not fit", () => {
    expect(short("FUNDO MUITO COMPRIDO", 9)).toBe("FUNDO MU…");
    expect(short("CDI", 9)).toBe("CDI");
  });
});

it("tables have a row a day, the newest first, and only days in sight", () => {
  const series: Series[] = [
    { name: "a", x, y: [1, 2, 3] },
    { name: "b", x: x.slice(1), y: [20, 30] },
  ];
  expect(linesOf(series, null)).toEqual([
    { x: "2024-01-04", values: [3, 30] },
    { x: "2024-01-03", values: [2, 20] },
    { x: "2024-01-02", values: [1, null] },
  ]);
  expect(linesOf(series, ["2024-01-03", "2024-01-03"])).toHaveLength(1);
});

it("reads the range of a zoom however it is told", () => {
  expect(
    askedRange({ "xaxis.range[0]": "2024-01-02 05:00", "xaxis.range[1]": "2024-02-01" }),
  ).toEqual(["2024-01-02", "2024-02-01"]);
  expect(askedRange({ "xaxis.range": ["2024-01-02", "2024-02-01"] })).toEqual([
    "2024-01-02",
    "2024-02-01",
  ]);
  expect(askedRange({ "yaxis.range[0]": 3 })).toBeNull();
});
