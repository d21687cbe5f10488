import { describe, expect, it } from "vitest";
import { formatter } from "@/lib/format";
import { shapeOf } from "./cells";

const f = formatter("en");

describe("figures of an answer", () => {
  it("leave out what only a double's rounding says", () => {
    expect(shapeOf(f, "Float64").say(-2063951710.639999)).toBe("−2,063,951,710.64");
  });
  it("keep every digit of whole numbers and decimals", () => {
    expect(shapeOf(f, "Int64").say(9007199254740991)).toBe("9,007,199,254,740,991");
    expect(shapeOf(f, "Decimal(precision=38, scale=2)").say(10000000000000.25)).toBe(
      "10,000,000,000,000.25",
    );
  });
});
