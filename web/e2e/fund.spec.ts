import { expect, says, settled, test } from "./app";

test("a fund's page goes from its quota down to the lines of the source", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  await app.goto("/funds");
  const first = app.getByRole("grid").getByRole("link").first();
  const name = await first.textContent();
  await first.click();
  await expect(app).toHaveURL(/\/funds\/\w{14}/);
  await expect(app.getByRole("heading", { level: 1 })).toHaveText(name ?? "");
  await expect(app.locator("[data-drawn]").first()).toBeVisible();
  await settled(app);
  await shot("fund", { full: true });
  await accessible();

  const title = app.getByRole("heading", {
    name: says(locale, "a cota rendeu", "the quota returned"),
  });
  const whole = await title.textContent();
  await app
    .getByRole("button", { name: says(locale, "3M", "3M"), exact: true })
    .first()
    .click();
  await expect(title).not.toHaveText(whole ?? "");

  await app
    .getByRole("button", { name: says(locale, "Ver as linhas", "See the lines") })
    .first()
    .click();
  const lines = app.getByRole("dialog");
  await expect(lines.getByRole("columnheader", { name: "VL_QUOTA" })).toBeVisible();
  await expect(lines.getByRole("row").nth(2)).toBeVisible();
  const { x, width } = (await lines.boundingBox()) ?? { x: 0, width: Number.NaN };
  expect(x + width).toBeLessThanOrEqual(app.viewportSize()?.width ?? 0);
  await shot("fund-lines");
  await accessible();
});

test("an unknown fund says what to do", async ({ app, shot, accessible }) => {
  await app.goto("/funds/11222333000181");
  await expect(app.getByText("11.222.333/0001-81").first()).toBeVisible();
  await expect(app.getByText(/Procure pelo nome|Look for it by name/).first()).toBeVisible();
  await shot("fund-unknown");
  await accessible();
});

test("the chart has a table of the same figures", { tag: "@once" }, async ({ app, locale }) => {
  await app.goto("/funds");
  await app.getByRole("grid").getByRole("link").first().click();
  await app
    .getByRole("button", { name: says(locale, "Ver como tabela", "See as a table") })
    .first()
    .click();
  await expect(app.getByRole("columnheader", { name: "CDI" }).first()).toBeVisible();
});
