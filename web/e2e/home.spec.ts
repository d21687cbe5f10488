import { expect, says, settled, test } from "./app";

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
  await field.fill("simulada");
  await expect(app.getByRole("option", { name: /SIMULADA/ }).first()).toBeVisible();
  await field.press("ArrowDown");
  await field.press("ArrowUp");
  await field.press("Enter");
  await expect(app).toHaveURL(/\/funds\/\w{14}/);
});

test("who is not signed in is asked to, and comes back to the page", async ({ plain }) => {
  await plain.goto("/funds");
  await expect(plain).toHaveURL(/\/sign-in\?to=%2Ffunds/);
});

test("the theme and the language change at once and are kept", async ({ app, locale }) => {
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
