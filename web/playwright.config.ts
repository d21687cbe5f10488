/** The app in Debian's Chromium, over a demo lake and through real login: see e2e/README.md. */

import { defineConfig } from "@playwright/test";

// Each run has its own folder of traces: two at once would wipe each other's.
process.env.E2E_RUN ??= String(process.pid);
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

const project = (
  name: string,
  viewport: { width: number; height: number },
  locale: "pt-BR" | "en",
  colorScheme: "light" | "dark",
) => ({
  name,
  use: { viewport, locale, colorScheme, hasTouch: viewport === phone },
  // What neither width, theme nor language changes is tried once, on the first project.
  ...(name === "desktop" ? {} : { grepInvert: /@once/ }),
});

const QUICK = [
  project("desktop", desktop, "pt-BR", "light"),
  project("phone-dark-en", phone, "en", "dark"),
];
const OTHERS = [
  project("desktop-dark-en", desktop, "en", "dark"),
  project("phone", phone, "pt-BR", "light"),
];

export default defineConfig({
  testDir: "./e2e",
  outputDir: `./e2e/out/traces-${process.env.E2E_RUN}`,
  globalSetup: "./e2e/serve.ts",
  fullyParallel: true,
  workers: Number(process.env.E2E_WORKERS ?? 2),
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    // A trace of each test costs a third of the time: one is written when asked for.
    trace: process.env.E2E_TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    contextOptions: { reducedMotion: "reduce" }, // axe would measure what is half faded in
    launchOptions: {
      executablePath: chromium,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // Two see each page light and dark, wide and narrow, in both languages; `e2e:all` runs four.
  projects: process.env.E2E_ALL ? [...QUICK, ...OTHERS] : QUICK,
});
