import { expect, says, settled, test } from "./app";

test("the market says what happened, where, and to whom", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  await app.goto("/market");
  await settled(app);
  await expect(app.getByRole("heading", { level: 1 })).toHaveText(
    says(locale, "Mercado", "Market"),
  );
  await expect(
    app.getByText(locale === "en" ? /papers (rose|fell) on/ : /papéis (subiram|caíram) em/),
  ).toBeVisible();
  await expect(app.locator("[data-tile]").first()).toBeVisible();
  await expect(
    app.getByRole("table", { name: says(locale, "Setores por volume", "Sectors by turnover") }),
  ).toBeVisible();
  await shot("market", { full: true });
  await accessible();
});

test("a day without a session says why and shows the one before", async ({ app, locale, shot }) => {
  await app.goto("/market");
  await settled(app);
  const day = await app.locator('input[type="date"]').first().inputValue();
  const sunday = new Date(`${day}T12:00:00Z`);
  sunday.setUTCDate(sunday.getUTCDate() - (sunday.getUTCDay() || 7));
  await app.goto(`/market?date=${sunday.toISOString().slice(0, 10)}`);
  await settled(app);
  const notice = app.getByText(says(locale, "fim de semana", "weekend"));
  await expect(notice).toBeVisible();
  await shot("market-no-session");
  await app
    .getByRole("button", { name: says(locale, "Pregão mais novo", "Newest session") })
    .click();
  await expect(notice).toHaveCount(0);
  await expect(app.locator('input[type="date"]').first()).toHaveValue(day);
});

test("the screener filters, keeps it in the address, and opens a paper", async ({
  app,
  locale,
}) => {
  await app.goto("/market?index=%5B%22IBOV%22%5D&sort=-close");
  await settled(app);
  const grid = app.getByRole("grid", { name: says(locale, "Todos os papéis", "All papers") });
  const whole = await grid.getAttribute("aria-rowcount");
  await app.getByRole("button", { name: says(locale, "Setor", "Sector"), exact: true }).click();
  await app.getByRole("checkbox").first().click();
  await expect(app).toHaveURL(/sector=/);
  await expect(grid).not.toHaveAttribute("aria-rowcount", whole ?? "");
  await app.reload();
  await settled(app);
  await expect(app).toHaveURL(/sector=.*sort=|sort=.*sector=/);
  const code = grid.getByRole("link").first();
  const ticker = await code.textContent();
  await code.click();
  await expect(app).toHaveURL(new RegExp(`/ticker/${ticker}$`));
});

test("all papers leave as a file", { tag: "@once" }, async ({ app, locale }) => {
  await app.goto("/market");
  await settled(app);
  await app.getByRole("button", { name: says(locale, "Exportar", "Export") }).click();
  const saved = app.waitForEvent("download");
  await app.getByRole("menuitem", { name: "CSV" }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.csv$/);
});
