import { expect, it } from "vitest";
import { monthsBefore, rangeDays, rangesWithin } from "./range";

it("steps back by months, to the last day where the month is shorter", () => {
  expect(monthsBefore("2024-03-31", 1)).toBe("2024-02-29");
  expect(monthsBefore("2024-01-15", 12)).toBe("2023-01-15");
  expect(monthsBefore("2024-12-31", 6)).toBe("2024-06-30");
});

it("never begins before there is anything", () => {
  expect(rangeDays("1Y", "2024-06-01", "2024-12-30")).toEqual(["2024-06-01", "2024-12-30"]);
  expect(rangeDays("YTD", "2020-01-02", "2024-12-30")).toEqual(["2023-12-31", "2024-12-30"]);
  expect(rangeDays("MAX", "2020-01-02", "2024-12-30")).toEqual(["2020-01-02", "2024-12-30"]);
});

it("offers only what is shorter than all there is", () => {
  expect(rangesWithin("2024-01-02", "2024-12-30")).toEqual(["1M", "3M", "6M", "MAX"]);
  expect(rangesWithin("2019-01-02", "2024-12-30")).toEqual([
    "1M",
    "3M",
    "6M",
    "YTD",
    "1Y",
    "3Y",
    "5Y",
    "MAX",
  ]);
});
