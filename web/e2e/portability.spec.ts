import { expect, says, settled, test } from "./app";

test("the watch says who loses money, and that these are proxies", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  await app.goto("/portability");
  await expect(
    app.getByText(says(locale, "Indícios tirados", "Proxies from public")),
  ).toBeVisible();
  await expect(
    app.getByText(says(locale, "é o gestor que mais perdeu", "is the manager that lost most")),
  ).toBeVisible();
  const map = app.getByRole("img", { name: says(locale, "perderam dinheiro", "lost money") });
  await expect(map.locator("[data-tile]").first()).toBeVisible();
  await expect(async () => {
    await app.mouse.wheel(0, 500); // charts are drawn as one comes near them
    await expect(app.locator("[data-drawn]").first()).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await settled(app);
  await shot("portability", { full: true });
  await accessible();
});

test("window and grouping change and the address keeps them", async ({ app, locale }) => {
  await app.goto("/portability");
  await app.getByRole("button", { name: says(locale, "12 meses", "12 months") }).click();
  await app.getByRole("button", { name: says(locale, "Classe", "Class"), exact: true }).click();
  await expect(app).toHaveURL(/window=12m/);
  await expect(app).toHaveURL(/by=classification/);
  await expect(
    app.getByRole("heading", { name: says(locale, "ganhou em 12 meses", "won over 12 months") }),
  ).toBeVisible();
  await expect(app.getByRole("grid").getByText("Multimercado").first()).toBeVisible();
});

test("a manager opens its funds", { tag: "@once" }, async ({ app }) => {
  await app.goto("/portability");
  const first = app.getByRole("grid").getByRole("link").first();
  const name = await first.textContent();
  await first.click();
  await expect(app).toHaveURL(/\/funds\?manager=/);
  await expect(app.getByRole("button", { name: new RegExp(name ?? "") }).first()).toBeVisible();
});
