/** The grid of all fund classes scrolls without a frame over 50 ms. */

import { expect, settled, test } from "../e2e/app";
import { report } from "./report";

const BAR_MS = 50;
const STEPS = 240;

test("scrolling the grid of funds", async ({ app }) => {
  await app.goto("/funds");
  await settled(app);
  const grid = app.getByRole("grid").first();
  await expect(grid.getByRole("row").nth(5)).toBeVisible();
  const rows = Number(await grid.getAttribute("aria-rowcount"));
  const session = await app.context().newCDPSession(app);
  const tasks: number[] = [];
  const worked: number[] = [];
  session.on("Tracing.dataCollected", ({ value }) => {
    for (const event of value as unknown as { name: string; dur?: number; tdur?: number }[]) {
      if (event.name !== "RunTask" && event.name !== "ThreadControllerImpl::RunTask") continue;
      if (event.dur) tasks.push(event.dur / 1000);
      // Of the processor alone: what a busy machine does not stretch.
      if (event.tdur) worked.push(event.tdur / 1000);
    }
  });
  await session.send("Tracing.start", {
    traceConfig: { includedCategories: ["disabled-by-default-devtools.timeline", "toplevel"] },
  });
  const frames = await grid.evaluate(async (node, steps) => {
    const found: number[] = [];
    let last = performance.now();
    // Wheel-like: some 600 px a frame at the most, there and back, then jumps far away.
    for (let step = 0; step < steps; step += 1) {
      node.scrollTop += step % 60 === 59 ? node.scrollHeight / 9 : 160 + (step % 7) * 60;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      found.push(now - last);
      last = now;
    }
    return found;
  }, STEPS);
  const ended = new Promise((done) => session.once("Tracing.tracingComplete", done));
  await session.send("Tracing.end");
  await ended;
  const seen = frames.slice(2).sort((a, b) => a - b);
  const over = seen.filter((frame) => frame > BAR_MS).length;
  const median = seen[Math.floor(seen.length / 2)] ?? 0;
  report("grid scroll", {
    rows,
    frames: seen.length,
    median_ms: median,
    worst_ms: seen.at(-1) ?? 0,
    over_50_ms: over,
    longest_task_ms: Math.max(...tasks, 0),
    longest_task_cpu_ms: Math.max(...worked, 0),
  });
  expect(over).toBe(0);
});
