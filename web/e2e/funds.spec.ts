import { expect, says, settled, test } from "./app";

const phone = (width: number | undefined) => (width ?? 0) < 560;

test("funds are searched, filtered and ranked, and the address keeps it", async ({
  app,
  locale,
  viewport,
  shot,
  accessible,
}) => {
  await app.goto("/funds");
  const grid = app.getByRole("grid", { name: says(locale, "Fundos", "Funds") });
  await expect(grid.getByRole("link").first()).toBeVisible();
  await settled(app);
  await shot("funds");
  await accessible();

  await app
    .getByRole("searchbox", { name: says(locale, "Nome ou CNPJ", "Name or CNPJ") })
    .fill("acoes");
  await expect(app).toHaveURL(/q=acoes/);
  await expect(grid.getByRole("link").first()).toContainText("AÇÕES");

  await app.getByRole("button", { name: says(locale, "Porte", "Size") }).click();
  await app
    .getByRole("radio", { name: says(locale, "R$ 10 mi a 100 mi", "R$10M to 100M") })
    .click();
  await app.keyboard.press("Escape");
  await expect(app).toHaveURL(/size=small/);
  if (!phone(viewport?.width)) {
    await grid.getByRole("columnheader", { name: says(locale, "Cotistas", "Holders") }).click();
    await expect(app).toHaveURL(/sort=-?holders/);
  }
  await shot("funds-filtered");

  await app.reload();
  await expect(grid.getByRole("link").first()).toContainText("AÇÕES");
  await app.getByRole("button", { name: says(locale, "Limpar filtros", "Clear filters") }).click();
  await expect(app).not.toHaveURL(/size=/);
});

test("nothing found says so and takes the filters away", async ({ app, locale, shot }) => {
  await app.goto("/funds?q=nobody-is-called-this");
  await expect(
    app.getByText(says(locale, "Nenhuma classe com estes filtros", "No class with these filters")),
  ).toBeVisible();
  await shot("funds-empty");
  const clear = says(locale, "Limpar filtros", "Clear filters");
  await app.getByRole("button", { name: clear }).last().click();
  await expect(app.getByRole("grid").getByRole("link").first()).toBeVisible();
});

test("a view is saved, opened and deleted", { tag: "@once" }, async ({ app, locale }) => {
  const name = `losing ${Date.now()}`;
  await app.goto("/funds?losing=true&sort=net_flow_30d");
  const views = app.getByRole("button", { name: says(locale, "Visões", "Views") });
  await views.click();
  await app
    .getByRole("textbox", { name: says(locale, "Nome da visão", "Name of the view") })
    .fill(name);
  await app
    .getByRole("button", { name: says(locale, "Salvar esta visão", "Save this view") })
    .click();
  await expect(app.getByRole("button", { name, exact: true })).toBeVisible();
  await app.goto("/funds");
  await views.click();
  await app.getByRole("button", { name, exact: true }).click();
  await expect(app).toHaveURL(/losing=true/);
  await views.click();
  await app.getByRole("button", { name: says(locale, `Apagar ${name}`, `Delete ${name}`) }).click();
  await expect(app.getByRole("button", { name, exact: true })).toHaveCount(0);
});

test("a failed question says what to do and is asked again", async ({ app, locale, shot }) => {
  let failing = true;
  await app.route("**/api/v1/funds?*", (route) =>
    failing
      ? route.fulfill({
          status: 503,
          contentType: "application/problem+json",
          body: JSON.stringify({
            type: "https://lastro.dev/errors/temporary",
            title: "x",
            status: 503,
            detail: "The lake does not answer.",
            hint: "Wait.",
            request_id: "r1",
          }),
        })
      : route.continue(),
  );
  await app.goto("/funds");
  const again = app.getByRole("button", { name: says(locale, "Tentar de novo", "Try again") });
  await expect(again.first()).toBeVisible();
  await shot("funds-error");
  failing = false;
  await again.first().click();
  await expect(app.getByRole("grid").getByRole("link").first()).toBeVisible();
});
