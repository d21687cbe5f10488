/** Measures the app's bars: `npm run bench`. Quiet machine, please; figures go to e2e/out. */

import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

export default defineConfig({
  ...base,
  testDir: "./bench",
  testMatch: "*.bench.ts",
  fullyParallel: false,
  workers: 1,
  timeout: 240_000,
  projects: (base.projects ?? []).slice(0, 1),
  use: { ...base.use, contextOptions: {}, trace: "off" },
});
