import { describe, expect, it } from "vitest";
import type { Progress, Run } from "@/api/feed";
import { goingAfter, isTouched } from "./useLive";

const answer = (name: string) =>
  ({ state: { status: "success", data: { data: [], origin: { tables: [{ name }] } } } }) as never;

describe("an answer", () => {
  const changed = new Set(["gold.quotes"]);
  it("is asked for again when one of its tables changed", () => {
    expect(isTouched(answer("gold.quotes"), changed)).toBe(true);
    expect(isTouched(answer("gold.funds"), changed)).toBe(false);
  });
  it("that failed is asked for again, one that says no origin is not", () => {
    expect(isTouched({ state: { status: "error" } } as never, changed)).toBe(true);
    expect(isTouched({ state: { status: "success", data: null } } as never, changed)).toBe(false);
  });
  it("of many pages is looked at page by page", () => {
    const page = { origin: { tables: [{ name: "gold.quotes" }] } };
    const query = { state: { status: "success", data: { pages: [{}, page] } } } as never;
    expect(isTouched(query, changed)).toBe(true);
  });
});

describe("what goes on", () => {
  const run = { number: 7, status: "running", source: "cvm_funds" } as Run;
  const progress = { number: 7, rows: 10 } as Progress;
  const going = { run, progress };
  it("begins and ends with its run", () => {
    const begun = goingAfter({ run: null, progress: null }, { kind: "run", data: run });
    expect(begun).toEqual({ run, progress: null });
    expect(goingAfter(begun, { kind: "progress", data: progress })).toEqual(going);
    const ended = { ...run, status: "ok" } as Run;
    expect(goingAfter(going, { kind: "run", data: ended })).toEqual({ run: null, progress: null });
  });
  it("is not ended by another run", () => {
    const other = { number: 6, status: "failed" } as Run;
    expect(goingAfter(going, { kind: "run", data: other })).toEqual(going);
  });
});
