/**
 * What the first load brings over the wire, and what Lighthouse says of the main pages.
 * Lighthouse brings half a hundred packages and is not installed with the app:
 * `npm install --no-save lighthouse@12.8.2` first.
 */

import { chromium } from "@playwright/test";
import { expect, fillSignIn, settled, test, url } from "../e2e/app";
import { report } from "./report";

const BAR_KB = 250;
const BAR_SCORE = 95;
const PORT = 8159;
const PAGES = ["/", "/funds", "/market", "/ticker/SIMU4"];

test("JavaScript of the first load", async ({ app }) => {
  const session = await app.context().newCDPSession(app);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const scripts = new Set<string>();
  let bytes = 0;
  session.on("Network.responseReceived", ({ requestId, response }) => {
    const chart = /plotly|lightweight/.test(response.url);
    if (response.mimeType === "text/javascript" && !chart) scripts.add(requestId);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  await app.goto("/");
  await settled(app);
  report("first load", { javascript_kb: bytes / 1000, files: scripts.size });
  expect(bytes / 1000).toBeLessThan(BAR_KB);
});

test("Lighthouse", async ({ launchOptions }, info) => {
  const { default: lighthouse, desktopConfig } = await import("lighthouse" as string);
  const args = [...(launchOptions.args ?? []), `--remote-debugging-port=${PORT}`];
  const context = await chromium.launchPersistentContext(info.outputPath("profile"), {
    ...launchOptions,
    args,
  });
  const page = await context.newPage();
  await page.goto(`${url()}/sign-in`);
  await fillSignIn(page);
  await settled(page);
  const worst = { performance: 100, accessibility: 100 };
  for (const path of PAGES) {
    const run = await lighthouse(
      url() + path,
      {
        port: PORT,
        disableStorageReset: true,
        onlyCategories: ["performance", "accessibility"],
        logLevel: "silent",
      },
      desktopConfig,
    );
    const score = (name: string) => (run?.lhr.categories[name]?.score ?? 0) * 100;
    const figure = (name: string) => run?.lhr.audits[name]?.numericValue ?? 0;
    report(`lighthouse ${path}`, {
      performance: score("performance"),
      accessibility: score("accessibility"),
      first_paint_ms: figure("first-contentful-paint"),
      largest_paint_ms: figure("largest-contentful-paint"),
      blocking_ms: figure("total-blocking-time"),
      shift: figure("cumulative-layout-shift"),
    });
    worst.performance = Math.min(worst.performance, score("performance"));
    worst.accessibility = Math.min(worst.accessibility, score("accessibility"));
  }
  await context.close();
  expect(worst.accessibility).toBeGreaterThanOrEqual(BAR_SCORE);
  expect(worst.performance).toBeGreaterThanOrEqual(BAR_SCORE);
});
