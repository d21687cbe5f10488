/** From the click on a fund to its first painted chart: median below 300 ms on local data. */

import { expect, settled, test } from "../e2e/app";
import { report } from "./report";

const BAR_MS = 300;
const CLICKS = 9;

test("click to painted chart", async ({ app }) => {
  await app.addInitScript(() => {
    addEventListener("click", () => performance.mark("clicked"), { capture: true });
  });
  await app.goto("/funds");
  await settled(app);
  // The drawing library is there once the browser had nothing to do for a moment.
  await app.waitForTimeout(3000);
  const times: number[] = [];
  for (let at = 0; at < CLICKS; at += 1) {
    const link = app.getByRole("grid").getByRole("link").nth(at);
    await expect(link).toBeVisible();
    const painted = app.evaluate(
      () =>
        new Promise<number>((done) => {
          const look = () => {
            if (!document.querySelector("[data-drawn]")) return requestAnimationFrame(look);
            return requestAnimationFrame(() => {
              const clicked = performance.getEntriesByName("clicked").at(-1)?.startTime ?? 0;
              done(performance.now() - clicked);
            });
          };
          look();
        }),
    );
    await link.click();
    times.push(await painted);
    await settled(app);
    await app.goBack();
    await settled(app);
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  report("click to painted chart", {
    clicks: CLICKS,
    median_ms: median,
    worst_ms: times.at(-1) ?? 0,
  });
  expect(median).toBeLessThan(BAR_MS);
});
