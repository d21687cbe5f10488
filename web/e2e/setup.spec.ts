import { expect, says, test } from "./app";

// The feed keeps a connection open: the page is never idle, and is waited for by its words.

test("the first set-up says what the lake holds and does not mix markets", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  await app.goto("/setup");
  const title = says(locale, "Primeiros dados", "First data");
  await expect(app.getByRole("heading", { level: 1, name: title })).toBeVisible();
  const official = says(locale, "Dados oficiais", "Official data");
  await app.getByRole("button", { name: official, exact: true }).click();
  const locked = says(
    locale,
    "Este lake já tem dados simulados.",
    "This lake holds simulated data already.",
  );
  await expect(app.getByRole("heading", { name: locked })).toBeVisible();
  await expect(app.getByRole("checkbox")).not.toHaveCount(0);
  await shot("setup", { full: true });
  await accessible();
  const simulated = says(locale, "Mercado simulado", "Simulated market");
  await app.getByRole("button", { name: simulated, exact: true }).click();
  await expect(app.getByText(says(locale, "treze meses", "thirteen months"))).toBeVisible();
  await shot("setup-simulated", { full: true });
});

test("sources are chosen one by one, and the recommended ones at once", { tag: "@once" }, async ({
  app,
  locale,
}) => {
  await app.goto("/setup");
  const official = says(locale, "Dados oficiais", "Official data");
  await app.getByRole("button", { name: official, exact: true }).click();
  const funds = says(locale, /Informe diário de fundos/.source, /CVM daily fund report/.source);
  const box = app.getByRole("checkbox", { name: new RegExp(funds) });
  await expect(box).toBeChecked();
  await box.uncheck();
  await expect(box).not.toBeChecked();
  await app
    .getByRole("button", { name: says(locale, "Todas as recomendadas", "All recommended") })
    .click();
  await expect(box).toBeChecked();
});
