import { expect, it } from "vitest";
import { sparkPath } from "./Sparkline";

it("draws from the left below to the right above", () => {
  expect(sparkPath([1, 2, 3], 20, 10)).toBe("M0.0 9.0L10.0 5.0L20.0 1.0");
});

it("breaks at a gap and says nothing of a single value", () => {
  expect(sparkPath([1, null, 3, 2], 30, 10)).toBe("M0.0 9.0M20.0 1.0L30.0 5.0");
  expect(sparkPath([1], 30, 10)).toBe("");
  expect(sparkPath([null, null], 30, 10)).toBe("");
});
