import { describe, expect, it } from "vitest";
import type { Progress, Run } from "@/api/feed";
import { bytesOf, bytesOfAll, linesOf, rowsOf, shareOf } from "./plan";
import type { Source } from "./useSetup";

const source = (name: string, change: Partial<Source>): Source => ({
  name,
  publisher: "CVM",
  title: name,
  licence: "",
  default_months: 13,
  megabytes: 0,
  megabytes_a_month: 0,
  recommended: true,
  reachable: true,
  ...change,
});

const run = (number: number, change: Partial<Run>): Run => ({
  number,
  starter: "person",
  kind: "ingest",
  job: null,
  source: "bcb_fx",
  first: null,
  last: null,
  asked_by: "Ana",
  started_at: "2026-11-20T12:00:00Z",
  ended_at: null,
  seconds: null,
  status: "running",
  error_class: null,
  error: null,
  run_id: null,
  rows: null,
  ...change,
});

const progress: Progress = {
  number: 2,
  step: "bronze.cvm_funds",
  rows: 500,
  tables: {},
  files_planned: 4,
  files_asked: 1,
  files_landed: 1,
  files_failed: 0,
};

describe("what a choice amounts to", () => {
  it("grows with the months of a large source", () => {
    expect(bytesOf(source("a", { megabytes: 2, megabytes_a_month: 10 }), 3)).toBe(32e6);
  });
  it("counts the whole history of a small one", () => {
    const fx = source("fx", { megabytes_a_month: 0.05, default_months: 60 });
    expect(bytesOf(fx, 3)).toBeCloseTo(3e6);
    expect(bytesOf(fx, 120)).toBeCloseTo(6e6);
  });
  it("is unknown where nobody knows, and left out of the sum", () => {
    const all = [source("a", { megabytes: null }), source("b", { megabytes: 5 })];
    expect(bytesOf(all[0] as Source, 3)).toBeNull();
    expect(bytesOfAll(all, new Set(["a", "b"]), 3)).toBe(5e6);
    expect(bytesOfAll(all, new Set(["a"]), 3)).toBe(0);
  });
});

describe("how far a set-up is", () => {
  const lines = linesOf(
    [run(1, { status: "ok", rows: 1000 }), run(2, { source: "cvm_funds" })],
    ["b3_cotahist"],
    progress,
  );
  it("has a line a source", () => {
    expect(lines.map((line) => [line.id, line.state])).toEqual([
      ["bcb_fx", "ok"],
      ["cvm_funds", "running"],
      ["b3_cotahist", "waiting"],
    ]);
  });
  it("gives progress to the run that tells it", () => {
    expect(lines.map((line) => shareOf(line.progress))).toEqual([null, 0.25, null]);
    expect(rowsOf(lines)).toBe(1500);
  });
  it("tells a failure from an end by a person", () => {
    const ended = linesOf([run(1, { status: "failed" }), run(2, { status: "killed" })], [], null);
    expect(ended.map((line) => line.state)).toEqual(["failed", "stopped"]);
  });
});
