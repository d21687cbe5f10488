import { describe, expect, it } from "vitest";
import { type Asset, type Composition, concentration, leader, over, pulls } from "./findings";
import { indexesSearch } from "./search";

const asset = (ticker: string, contribution: number | null): Asset => ({
  rank: 1,
  ticker,
  asset: ticker,
  asset_type: "ON",
  group: "",
  sector: "",
  weight: 0.1,
  weight_change: null,
  quantity: 1,
  day_return: 0,
  contribution,
});
const assets = [asset("A", 0.01), asset("B", -0.02), asset("C", null), asset("D", 0.03)];
const day = (index_return: number | null): Composition => ({
  code: "IBOV",
  name: "Ibovespa",
  ref_date: "2024-12-30",
  date_before: null,
  portfolio: "day",
  available: [],
  level: 1,
  index_return,
  basis: "close",
  assets,
  sectors: [],
});

describe("what pulled an index", () => {
  it("lists the strongest of each way, in order", () => {
    expect(pulls(assets, 1).map((one) => one.ticker)).toEqual(["D", "B"]);
    expect(pulls(assets, 9).map((one) => one.ticker)).toEqual(["D", "A", "B"]);
  });
  it("names the one that pulled the way the index went", () => {
    expect(leader(day(0.02))?.ticker).toBe("D");
    expect(leader(day(-0.02))?.ticker).toBe("B");
    expect(leader({ ...day(-0.02), assets: [asset("A", 0.01)] })).toBeNull();
    expect(leader({ ...day(0.02), assets: [asset("C", null)] })).toBeNull();
  });
  it("adds the newest weights", () => {
    expect(concentration([[0.9, 0.2], [null, 0.3], []])).toBeCloseTo(0.5);
  });
  it("needs two levels for a return", () => {
    expect(over([100])).toBeNull();
    expect(over([100, 90, 110])).toBeCloseTo(0.1);
  });
});

describe("the address", () => {
  it("keeps what it understands", () => {
    expect(indexesSearch({ code: "ibov", date: "2024-12-30" })).toEqual({
      code: "IBOV",
      date: "2024-12-30",
    });
    expect(indexesSearch({ code: "<b>", date: "yesterday", x: 1 })).toEqual({});
  });
});
