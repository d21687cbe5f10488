import { describe, expect, it } from "vitest";
import { drawn, type FlowGroup, readWatch, sharedStart, shortName, toggled } from "./watch";

const group = (name: string | null, net: number) => ({ name, net_flow: net }) as FlowGroup;

describe("the watch", () => {
  it("reads what it knows", () => {
    expect(readWatch({ by: "manager", window: "30d", names: "x" })).toEqual({});
    expect(readWatch({ by: "classification", window: "12m", names: ["A", 1, ""] })).toEqual({
      by: "classification",
      window: "12m",
      names: ["A"],
    });
    expect(readWatch({ by: "owner", window: "1d" })).toEqual({});
  });

  it("draws those that lost most, unless some were chosen", () => {
    const groups = [group("A", -9), group(null, -8), group("B", -1), group("C", 5)];
    expect(drawn({}, groups)).toEqual(["A", "B"]);
    expect(drawn({ names: ["C", "gone"] }, groups)).toEqual(["C"]);
    expect(drawn({ names: ["gone"] }, groups)).toEqual(["A", "B"]);
  });

  it("switches names and keeps eight", () => {
    expect(toggled(["A", "B"], "A")).toEqual(["B"]);
    expect(toggled(["1", "2", "3", "4", "5", "6", "7", "8"], "9")).toHaveLength(8);
  });

  it("finds what most names begin with, in whole words", () => {
    const houses = ["GESTORA X 01", "GESTORA X 02", "GESTORA X 03", "GESTORA X 04", "MARIA"];
    expect(sharedStart(houses)).toBe("GESTORA X ");
    expect(sharedStart(["ALFA UM", "ALFABETO DOIS", "BETA TRÊS"])).toBe("");
    expect(sharedStart(["ALFA", "ALFA", "ALFA"])).toBe("");
    expect(sharedStart(["ALFA UM", "ALFA DOIS"])).toBe("");
  });

  it("drops what every firm is called", () => {
    expect(shortName("ADMINISTRADORA SIMULADA 02 DTVM S.A.")).toBe("ADMINISTRADORA SIMULADA 02");
    expect(shortName("GESTORA ALFA LTDA.")).toBe("GESTORA ALFA");
    expect(shortName("LTDA")).toBe("LTDA");
  });
});
