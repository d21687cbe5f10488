import { describe, expect, it } from "vitest";
import { wholeOf } from "./GridBody";

const keys = Array.from({ length: 20 }, (_, at) => `row-${at}`);

describe("rows drawn whole", () => {
  it("are all of the first sight", () => {
    expect(wholeOf(keys, null).size).toBe(20);
  });
  it("are a few a frame after that, from the middle outwards", () => {
    const first = wholeOf(keys, new Set());
    expect(first.size).toBe(6);
    expect(first.has("row-9") && first.has("row-10")).toBe(true);
    let now = first;
    for (let frame = 0; frame < 3; frame += 1) now = wholeOf(keys, now);
    expect(now.size).toBe(20);
  });
  it("stay whole while in sight; rows on their way count for nothing", () => {
    const now = wholeOf(["row-1", null, "row-2", null], new Set(["row-1", "gone"]));
    expect([...now].sort()).toEqual(["row-1", "row-2"]);
  });
});
