import { expect, says, settled, test } from "./app";

test("an index says where it is, what it is made of and what pulled it", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  await app.goto("/indexes");
  await settled(app);
  await expect(app.getByRole("heading", { level: 1 })).toHaveText(
    says(locale, "Índices", "Indexes"),
  );
  await expect(
    app.getByText(locale === "en" ? /Ibovespa at [\d,]+ points/ : /Ibovespa em [\d.]+ pontos/),
  ).toBeVisible();
  await expect(app.locator("[data-tile]").first()).toBeVisible();
  await expect(
    app.getByRole("grid", { name: says(locale, "Carteira de", "Portfolio of") }),
  ).toBeVisible();
  await shot("indexes", { full: true });
  await accessible();
});

test("another index is one click away, and the address keeps it", { tag: "@once" }, async ({
  app,
  locale,
}) => {
  await app.goto("/indexes?code=IBOV");
  await settled(app);
  await app.getByRole("button", { name: /^SMLL/ }).click();
  await expect(app).toHaveURL(/code=SMLL/);
  await expect(
    app.getByText(locale === "en" ? /Small Cap at/ : /Small Cap em/).first(),
  ).toBeVisible();
  await app.reload();
  await expect(app.getByRole("button", { name: /^SMLL/ })).toHaveAttribute("aria-pressed", "true");
});

test("an index that is not there says so", async ({ app, locale, shot }) => {
  await app.goto("/indexes?code=NOPE");
  await settled(app);
  await expect(
    app.getByText(says(locale, "Não há o índice NOPE", "There is no index NOPE")).first(),
  ).toBeVisible();
  await shot("indexes-unknown");
});
