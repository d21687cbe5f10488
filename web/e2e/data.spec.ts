import { expect, says, settled, test } from "./app";

test("every source with its days, the worst first", async ({ app, locale, shot, accessible }) => {
  await app.goto("/data");
  await settled(app);
  const title = says(locale, "Casa de dados", "Data house");
  await expect(app.getByRole("heading", { level: 1 })).toHaveText(title);
  await expect(app.getByRole("img", { name: /^cvm_funds: \d+/ })).toBeVisible();
  await shot("data", { full: true });
  await accessible();
});

test("a source leads to its calendar and to the exact bytes of a file", async ({
  app,
  locale,
  shot,
  accessible,
}, info) => {
  await app.goto("/data/sources/cvm_funds");
  await settled(app);
  await expect(app.getByRole("img", { name: /cvm_funds/ })).toBeVisible();
  await shot("data-source", { full: true });
  await accessible();
  if (info.project.name.includes("phone")) return; // the phone's two lines have no room for it
  const file = app.waitForEvent("download");
  const word = says(locale, "Baixar", "Download");
  await app
    .getByRole("button", { name: new RegExp(`${word} inf_diario`) })
    .first()
    .click();
  expect((await file).suggestedFilename()).toMatch(/^inf_diario_fi_\d{6}\.zip$/);
});

test("the lineage is a graph; a node opens to versions and files", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  await app.goto("/data?tab=lineage");
  await settled(app);
  await app.getByRole("button", { name: /gold\.fund_flows_daily/ }).press("Enter");
  const panel = app.getByRole("complementary", { name: "gold.fund_flows_daily" });
  await expect(panel).toContainText("inf_diario_fi_");
  await expect(app).toHaveURL(/node=gold\.fund_flows_daily/);
  await shot("data-lineage", { full: true });
  await accessible();
  await app.getByRole("button", { name: says(locale, "Lista", "List"), exact: true }).click();
  await expect(app.getByText(/^source\./).first()).toBeVisible();
});

test("quarantine shows its reasons with examples as published", async ({
  app,
  shot,
  accessible,
}) => {
  await app.goto("/data?tab=quality&table=silver.fund_navs");
  await settled(app);
  const reason = app.getByRole("button", { name: /^unreadable_cnpj/ });
  await reason.click();
  await expect(reason).toHaveAttribute("aria-pressed", "true");
  await expect(app).toHaveURL(/reason=unreadable_cnpj/);
  await shot("data-quality", { full: true });
  await accessible();
});

test("a table shows what it promises, its rows and its versions", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  await app.goto("/data/tables/silver.fund_navs");
  await settled(app);
  await expect(app.getByText("net_worth").first()).toBeVisible();
  await shot("data-table", { full: true });
  await accessible();
  await app.getByRole("tab", { name: says(locale, "Prévia", "Preview") }).click();
  await expect(app.getByText(says(locale, "na versão", "at version")).first()).toBeVisible();
  const past = says(locale, "Versões", "Versions");
  await app.getByRole("tab", { name: past }).click();
  await expect(app.getByRole("grid", { name: past }).getByRole("row").nth(1)).toBeVisible();
  await app.goto("/data/tables/gold.nothing");
  await expect(
    app.getByText(locale === "en" ? /There is no table/ : /Não há tabela/).first(),
  ).toBeVisible();
});

test("no unreadable file, and no run yet, say what would be there", async ({
  app,
  locale,
  shot,
}) => {
  await app.goto("/data?tab=letters");
  await settled(app);
  await expect(
    app.getByText(says(locale, "Nenhum arquivo ilegível", "No unreadable file")),
  ).toBeVisible();
  await shot("data-letters");
  await app.goto("/data?tab=tables");
  await settled(app);
  await expect(app.getByText("gold.fund_flows_daily").first()).toBeVisible();
});
