import { expect, it } from "vitest";
import { ticked, ticking } from "./tick";

it("figures flash for ten seconds after new data, and not before or later", () => {
  expect(ticking(1_000)).toBe(false);
  ticked(5_000);
  expect(ticking(5_001)).toBe(true);
  expect(ticking(14_999)).toBe(true);
  expect(ticking(15_000)).toBe(false);
});
