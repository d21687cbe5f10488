import { describe, expect, it } from "vitest";
import { drawingOf, drawn, kindOf, placeOf, placesOf, type SqlAnswer } from "./result";

const answer = (columns: [string, string][], rows: unknown[][]): SqlAnswer => ({
  columns: columns.map(([name, type]) => ({ name, type })),
  rows,
  truncated: "",
  seconds: 0.1,
});

describe("kinds of columns", () => {
  it("follow from the type's name", () => {
    expect(kindOf("Decimal(precision=18, scale=2)")).toBe("number");
    expect(kindOf("UInt32")).toBe("number");
    expect(kindOf("Date")).toBe("day");
    expect(kindOf("Datetime(time_unit='us', time_zone='UTC')")).toBe("instant");
    expect(kindOf("String")).toBe("text");
  });
  it("show as many decimals as the type has", () => {
    expect(placesOf("Decimal(precision=28, scale=12)")).toEqual([2, 8]);
    expect(placesOf("Int64")).toEqual([0, 0]);
  });
});

describe("a drawing", () => {
  it("puts days along the axis and figures on lines", () => {
    const found = answer(
      [
        ["code", "String"],
        ["ref_date", "Date"],
        ["level", "Float64"],
      ],
      [["IBOV", "2024-01-02", 1]],
    );
    expect(drawingOf(found)).toEqual({ x: "ref_date", y: ["level"], kind: "line" });
  });
  it("draws names as bars, as many as can be read", () => {
    const rows = Array.from({ length: 100 }, (_, n) => [`g${n}`, n, n]);
    const found = answer(
      [
        ["manager", "String"],
        ["flow", "Int64"],
        ["classes", "Int64"],
      ],
      rows,
    );
    const drawing = drawingOf(found);
    expect(drawing).toEqual({ x: "manager", y: ["flow"], kind: "bar" });
    expect(drawing && drawn(found, drawing)).toMatchObject({ cut: 60, text: true });
  });
  it("is none where there are no figures", () => {
    expect(drawingOf(answer([["a", "String"]], [["x"]]))).toBeNull();
    expect(drawingOf(answer([["a", "Int64"]], []))).toBeNull();
    expect(drawingOf(answer([["a", "Int64"]], [[1]]))).toBeNull();
  });
});

describe("the place of an error", () => {
  it("is read from either form", () => {
    expect(placeOf('syntax error at or near "from" (line 2, column 6)', "")).toEqual({
      line: 2,
      column: 6,
    });
    expect(placeOf("Binder Error\n\nLINE 3:   siez\n          ^", "")).toEqual({
      line: 3,
      column: 3,
    });
  });
  it("is found by the word that it names", () => {
    const query = "select name,\n  siez\nfrom silver.things";
    expect(placeOf('Referenced column "siez" not found', query)).toEqual({ line: 2, column: 3 });
    expect(placeOf("Out of luck", query)).toBeNull();
  });
});
