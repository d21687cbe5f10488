/** Figures of a measure: printed, and kept in e2e/out/bench.jsonl. */

import { appendFileSync, mkdirSync } from "node:fs";
import { loadavg } from "node:os";

export function report(name: string, figures: Record<string, number>) {
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, Math.round(value * 100) / 100]),
  );
  const line = { name, ...rounded, load: Math.round((loadavg()[0] ?? 0) * 10) / 10 };
  mkdirSync("e2e/out", { recursive: true });
  appendFileSync("e2e/out/bench.jsonl", `${JSON.stringify(line)}\n`);
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
