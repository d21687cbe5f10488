import type { Page } from "@playwright/test";
import { expect, says, settled, test } from "./app";

/** The most traded paper, as the screener has it. */
async function busiest(app: Page): Promise<string> {
  await app.goto("/market");
  await settled(app);
  return (await app.getByRole("grid").last().getByRole("link").first().textContent()) ?? "";
}

/** A paper that stopped trading: asked of the screener with those that did. */
async function stopped(app: Page): Promise<string> {
  await app.goto("/market?idle=true&sort=ref_date");
  await settled(app);
  return (await app.getByRole("grid").last().getByRole("link").first().textContent()) ?? "";
}

test("a ticker shows price, candles, returns and events", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  const ticker = await busiest(app);
  await app.goto(`/ticker/${ticker}`);
  await settled(app);
  await expect(app.getByRole("heading", { level: 1 })).toHaveText(ticker);
  await expect(app.locator("[data-drawn]")).not.toHaveCount(0);
  await expect(
    app.getByRole("table", { name: says(locale, "Períodos", "Periods") }).getByText("CDI"),
  ).toBeVisible();
  await shot("ticker", { full: true });
  await accessible();
});

test("adjustment and comparison stay in the address", { tag: "@once" }, async ({ app, locale }) => {
  const ticker = await busiest(app);
  await app.goto(`/ticker/${ticker}`);
  await settled(app);
  await app
    .getByRole("button", { name: says(locale, "Com proventos", "With payouts"), exact: true })
    .click();
  await expect(app).toHaveURL(/adjusted=total/);
  await app.getByRole("button", { name: says(locale, "Tirar CDI", "Remove CDI") }).click();
  await expect(app).not.toHaveURL(/CDI/);
  await app.reload();
  await settled(app);
  await expect(
    app.getByRole("button", { name: says(locale, "Com proventos", "With payouts"), exact: true }),
  ).toHaveAttribute("aria-pressed", "true");
  await expect(
    app.getByRole("button", { name: says(locale, "Tirar IBOV", "Remove IBOV") }),
  ).toBeVisible();
});

test("another paper is added to the comparison by searching it", async ({ app, locale }) => {
  const ticker = await busiest(app);
  await app.goto(`/ticker/${ticker}`);
  await settled(app);
  const field = app.getByRole("combobox", {
    name: says(locale, "Comparar com", "Compare with"),
  });
  await field.fill("sim");
  const option = app.getByRole("option").first();
  const name = (await option.locator("span").first().textContent())?.trim() ?? "";
  await option.click();
  await expect(
    app.getByRole("button", { name: says(locale, `Tirar ${name}`, `Remove ${name}`) }),
  ).toBeVisible();
});

test("a ticker that stopped says since when", async ({ app, locale, shot }) => {
  const ticker = await stopped(app);
  await app.goto(`/ticker/${ticker}`);
  await settled(app);
  await expect(
    app.getByText(says(locale, `${ticker} não negocia desde`, `${ticker} has not traded since`)),
  ).toBeVisible();
  await shot("ticker-stopped");
});

test("an unknown ticker says so and what to do", async ({ app, locale, shot, accessible }) => {
  await app.goto("/ticker/NOPE3");
  await expect(app.getByRole("heading", { level: 1 })).toHaveText(
    says(locale, "NOPE3 não tem preço no lago", "NOPE3 has no price in the lake"),
  );
  await shot("ticker-unknown");
  await accessible();
});
