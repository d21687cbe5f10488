import { expect, says, settled, test } from "./app";

test("rates, inflation, currencies and expectations on one page", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  await app.goto("/rates");
  await settled(app);
  await expect(app.getByRole("heading", { level: 1 })).toHaveText(
    says(locale, "Juros e câmbio", "Rates and FX"),
  );
  await expect(app.getByText(says(locale, "Selic (meta)", "Selic (target)")).first()).toBeVisible();
  await expect(app.getByRole("grid", { name: says(locale, "Moedas", "Currencies") })).toBeVisible();
  await expect(app.getByText(/Focus (de|of) /)).toBeVisible();
  await shot("rates", { full: true });
  await accessible();
});

test("a currency is chosen and converted", async ({ app, locale }) => {
  await app.goto("/rates");
  await settled(app);
  await app.getByRole("button", { name: /^EUR/ }).first().click();
  await expect(app).toHaveURL(/currency=EUR/);
  await expect(app.getByRole("heading", { name: /^Euro:/ })).toBeVisible();
  const amount = app.getByLabel(says(locale, "Valor", "Amount"), { exact: true });
  await amount.fill("100");
  await expect(app.getByText(/R\$.?\d{3}[.,]\d{2}/).first()).toBeVisible();
  await amount.fill("x");
  await expect(app.getByText(says(locale, "Digite um valor", "Type an amount"))).toBeVisible();
});

test("another survey is in the address", { tag: "@once" }, async ({ app, locale }) => {
  await app.goto("/rates?indicator=Selic&horizon=selic");
  await settled(app);
  await expect(
    app.getByText(says(locale, "Selic, por reunião do Copom", "Selic, by Copom meeting")),
  ).toBeVisible();
});
