import { expect, fillSignIn, says, settled, test } from "./app";

test("home shows the market, flows and the state of the data", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  await app.goto("/");
  await settled(app);
  await expect(app.getByText("IBOV").first()).toBeVisible();
  await expect(app.getByRole("heading", { level: 1 })).toHaveText(says(locale, "Início", "Home"));
  await shot("home", { full: true });
  await accessible();
});

test("slash opens the search, arrows and Enter choose", async ({ app, locale, shot }) => {
  await app.goto("/");
  await settled(app);
  await app.keyboard.press("/");
  const field = app.getByRole("combobox");
  await expect(field).toBeFocused();
  await field.fill(says(locale, "fundos", "funds"));
  const first = app.getByRole("option").first();
  await expect(first).toBeVisible();
  await shot("search");
  await field.fill("simulada multimercado");
  await expect(first).toContainText("MULTIMERCADO");
  await field.press("ArrowDown");
  await field.press("ArrowUp");
  await field.press("Enter");
  await expect(app).toHaveURL(/\/funds\/\w{14}/);
});

test("who is not signed in is asked to, and comes back to the page", { tag: "@once" }, async ({
  plain,
}) => {
  await plain.goto("/funds");
  await expect(plain).toHaveURL(/\/sign-in\?to=%2Ffunds/);
  await fillSignIn(plain);
  await expect(plain).toHaveURL(/\/funds$/);
});

test("the theme and the language change at once and are kept", { tag: "@once" }, async ({
  app,
  locale,
}) => {
  await app.goto("/");
  await settled(app);
  await app.keyboard.press("Control+k");
  await app
    .getByRole("option", { name: says(locale, "Switch to English", "Mudar para português") })
    .click();
  await expect(app.locator("html")).toHaveAttribute("lang", locale === "en" ? "pt-BR" : "en");
  await app.reload();
  await expect(app.locator("html")).toHaveAttribute("lang", locale === "en" ? "pt-BR" : "en");
});

test("a page that is not there says so", async ({ app, accessible }) => {
  await app.goto("/nowhere");
  await expect(app.getByRole("heading", { level: 1 })).toBeVisible();
  await accessible();
});

test("what fails says so, the rest stays, and a retry mends it", async ({ app, locale, shot }) => {
  let down = true;
  await app.route("**/api/v1/home/funds*", (route) =>
    down
      ? route.fulfill({
          status: 503,
          contentType: "application/problem+json",
          body: JSON.stringify({ detail: "A tabela some.", hint: "Construa.", request_id: "r1" }),
        })
      : route.continue(),
  );
  await app.goto("/");
  const failure = app.getByRole("alert").first();
  await expect(failure).toContainText("A tabela some.");
  await expect(failure).toContainText("Construa.");
  await expect(app.getByText("Ibovespa").first()).toBeVisible();
  await shot("home-error", { full: true });
  down = false;
  await failure.getByRole("button", { name: says(locale, "Tentar de novo", "Try again") }).click();
  await expect(app.getByRole("alert")).toHaveCount(0);
});

test("loading keeps the page's shape", async ({ app, locale, shot }) => {
  let go = () => {};
  const gate = new Promise<void>((open) => {
    go = open;
  });
  await app.route("**/api/v1/home/*", async (route) => {
    await gate;
    await route.continue();
  });
  await app.goto("/");
  await expect(app.getByText(says(locale, "Carregando", "Loading")).first()).toBeAttached();
  await shot("home-loading");
  go();
  await expect(app.getByText("Ibovespa").first()).toBeVisible();
});
