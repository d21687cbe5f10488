/** What every spec uses: a signed-in page, screenshots, axe, and a stop at any error. */

import { mkdirSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";

const EMAIL = "demo@lastro.local";
const SHOTS = Boolean(process.env.E2E_SHOTS);

export const url = () => process.env.E2E_URL ?? "";
export const password = () => process.env.E2E_PASSWORD ?? "";

interface Fixtures {
  /** A page whose browser chose the project's language and theme. */
  plain: Page;
  /** The same, with a session of its own; it shows no page yet. */
  app: Page;
  /** Takes the screenshot `<name>-<project>.png` into e2e/out, if E2E_SHOTS asks for them. */
  shot: (name: string, options?: { full?: boolean }) => Promise<void>;
  /** axe finds nothing serious. */
  accessible: () => Promise<void>;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's first argument
  baseURL: async ({}, use) => use(url()),
  plain: async ({ page, locale, colorScheme }, use, info) => {
    const chosen = { language: locale, theme: colorScheme };
    await page.addInitScript((kept) => {
      if (!location.protocol.startsWith("http")) return; // the browser's own error page
      const had = JSON.parse(localStorage.getItem("lastro.preferences") ?? "null");
      if (!had) localStorage.setItem("lastro.preferences", JSON.stringify(kept));
    }, chosen);
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      // A status that the page shows is no fault of the page; a breach of its policy is.
      const known = /Failed to load resource/.test(message.text());
      if (message.type() === "error" && !known) faults.push(message.text());
    });
    await use(page);
    if (info.status === info.expectedStatus) expect(faults).toEqual([]);
  },
  app: async ({ plain }, use) => {
    await session(plain.context());
    await use(plain);
  },
  shot: async ({ page }, use, info) => {
    mkdirSync("e2e/out", { recursive: true });
    await use(async (name, { full = false } = {}) => {
      if (!SHOTS) return;
      await page.screenshot({
        path: `e2e/out/${name}-${info.project.name}.png`,
        fullPage: full,
        animations: "disabled",
      });
    });
  },
  accessible: async ({ page }, use) => {
    await use(async () => {
      const found = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        .analyze();
      const said = found.violations.map(
        (one) => `${one.id} (${one.impact}): ${one.nodes.map((node) => node.target).join(" | ")}`,
      );
      expect(said).toEqual([]);
    });
  },
});

/** Signs in as the sign-in page does, without showing it: the browser gets the session's cookie. */
async function session(context: BrowserContext) {
  const answer = await context.request.post("/api/v1/auth/token", {
    form: { grant_type: "password", username: EMAIL, password: password() },
    headers: { "X-Requested-With": "lastro-web" },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** Signs in as a person does. */
export async function signIn(page: Page) {
  await page.goto("/sign-in");
  await fillSignIn(page);
}

/** Fills the sign-in page that is shown, and waits for the page after it. */
export async function fillSignIn(page: Page) {
  await page
    .locator('input[type="email"], input[name="email"], input[name="username"]')
    .first()
    .fill(EMAIL);
  await page.locator('input[type="password"]').first().fill(password());
  await page.locator('button[type="submit"]').first().click();
  await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
}

/** Waits until the page is there, every chart on it is drawn and nothing is loading. */
export async function settled(page: Page) {
  await expect(page.locator("h1").first()).toBeVisible();
  await page.waitForLoadState("networkidle");
  await expect(page.getByRole("status", { name: /Carregando|Loading/ })).toHaveCount(0);
}

/** What the page says in the project's language. */
export function says(locale: string | undefined, portuguese: string, english: string): string {
  return locale === "en" ? english : portuguese;
}

export { expect };
