import { describe, expect, it } from "vitest";
import {
  againstUsual,
  type Group,
  goodSessions,
  leadingGroup,
  sectorName,
  wayOf,
} from "./findings";
import { marketSearch, screenerQuery, searchOf, viewOf } from "./search";

const group = (name: string, turnover: number, weighted: number | null, sector = true): Group => ({
  group: name,
  is_sector: sector,
  papers: 1,
  up: 0,
  down: 0,
  turnover,
  mean_return: weighted,
  weighted_return: weighted,
});

describe("findings", () => {
  it("names the sector that pulled most money the day's way", () => {
    const groups = [
      group("Bancos", 100, 0.01),
      group("Energia", 10, 0.05),
      group("Minas", 90, -0.02),
      group("etf", 1000, 0.9, false),
      group("Novo", 5, null),
    ];
    expect(leadingGroup(groups, true)?.group).toBe("Bancos");
    expect(leadingGroup(groups, false)?.group).toBe("Minas");
    expect(leadingGroup([group("Bancos", 1, 0.1)], false)).toBeNull();
  });

  it("says which way a day went", () => {
    expect(wayOf({ up: 2, down: 1 })).toBe("up");
    expect(wayOf({ up: 1, down: 2 })).toBe("down");
    expect(wayOf({ up: 3, down: 3 })).toBe("even");
  });

  it("knows no usual turnover on the first day", () => {
    expect(againstUsual({ turnover: 5, turnover_usual: null })).toBeNull();
    expect(againstUsual({ turnover: 5, turnover_usual: 4 })).toBeCloseTo(0.25);
  });

  it("counts good sessions among the last ones only", () => {
    const breadth = {
      dates: ["a", "b", "c"],
      up: [9, 1, 5],
      down: [1, 2, 5],
      unchanged: [0, 0, 0],
      turnover: [1, 1, 1],
    };
    expect(goodSessions(breadth, 2)).toEqual({ good: 0, of: 2 });
    expect(goodSessions(breadth, 9)).toEqual({ good: 1, of: 3 });
  });

  it("reads B3's full stops as commas", () => {
    expect(sectorName("Tecidos. Vestuário e Calçados")).toBe("Tecidos, Vestuário e Calçados");
  });
});

describe("the address", () => {
  it("keeps what it understands and drops the rest", () => {
    const raw = { date: "2024-12-30", kind: ["fii", "bond"], q: "", min: -1, idle: "yes", x: 1 };
    expect(marketSearch(raw)).toEqual({ date: "2024-12-30", kind: ["fii"] });
    expect(marketSearch({ date: "soon", sector: "Bancos" })).toEqual({});
  });

  it("goes to the grid's view and back", () => {
    const view = viewOf({ sort: "-close", cols: ["ticker"] });
    expect(view).toEqual({ columns: ["ticker"], sort: { id: "close", desc: true } });
    expect(searchOf(view)).toEqual({ sort: "-close", cols: ["ticker"] });
    expect(searchOf(viewOf({}))).toEqual({ sort: undefined, cols: undefined });
  });

  it("asks for the most traded first", () => {
    expect(screenerQuery({ min: 1e6 })).toMatchObject({
      min_turnover: 1e6,
      sort: "-turnover_mean21",
    });
  });
});
