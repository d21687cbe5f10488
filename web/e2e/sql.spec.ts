import { expect, says, settled, test } from "./app";

const MANAGERS = `SELECT manager, sum(net_flow_1m) AS net_flow
FROM gold.portability_signals GROUP BY manager ORDER BY net_flow LIMIT 5`;

test("a query is run and drawn", async ({ app, locale, shot, accessible }) => {
  await app.goto(`/sql?q=${encodeURIComponent(MANAGERS)}`);
  await settled(app);
  await expect(app.locator(".cm-content")).toContainText("portability_signals");
  await app.locator(".cm-content").click();
  await app.keyboard.press("Control+Enter");
  await expect(app.getByText(says(locale, "5 linhas em", "5 rows in"))).toBeVisible();
  await expect(app.getByText("GESTORA SIMULADA").first()).toBeVisible();
  await shot("sql", { full: true });
  await accessible();
  await app.getByRole("button", { name: says(locale, "Gráfico", "Chart"), exact: true }).click();
  await expect(app.locator(".js-plotly-plot, .plotly").first()).toBeVisible();
  await shot("sql-chart", { full: true });
});

test(
  "a query is saved and opened again by its name",
  { tag: "@once" },
  async ({ app, locale }, info) => {
    await app.goto(`/sql?q=${encodeURIComponent(MANAGERS)}`);
    await settled(app);
    await expect(app.locator(".cm-content")).toContainText("portability_signals");
    const name = `e2e ${info.project.name} ${info.retry}`;
    await app.getByRole("button", { name: says(locale, "Salvar", "Save"), exact: true }).click();
    const dialog = app.getByRole("dialog");
    await dialog.getByLabel(says(locale, "Nome", "Name")).fill(name);
    await dialog.locator('button[type="submit"]').click();
    await expect(app).toHaveURL(/view=/);
    await app.goto("/sql");
    const list = says(locale, "Consultas salvas", "Saved queries");
    await app.getByRole("button", { name: list }).click();
    await app.getByRole("button", { name, exact: true }).click();
    await expect(app.locator(".cm-content")).toContainText("portability_signals");
    await app.getByRole("button", { name: list }).click();
    await app.getByRole("button", { name: `${says(locale, "Excluir", "Delete")} ${name}` }).click();
    await expect(app.getByRole("button", { name, exact: true })).toHaveCount(0);
  },
);

test("tables and columns complete as one types; an error is shown at its line", async ({
  app,
  locale,
  shot,
}) => {
  await app.goto("/sql");
  await settled(app);
  const editor = app.locator(".cm-content");
  await editor.click();
  await app.keyboard.type("select siez from gold.fund_fl", { delay: 15 });
  // Tab and Enter take an option only 75 ms after the list opened; a click, at once.
  await app.getByRole("option", { name: "fund_flows_daily" }).click();
  await expect(editor).toContainText("fund_flows_daily");
  await app.keyboard.press("Control+Enter");
  await expect(app.getByRole("alert")).toContainText("siez");
  await expect(app.locator(".lastro-fault")).toHaveCount(1);
  await expect(app.getByText(says(locale, "Linha 1", "Line 1"))).toBeVisible();
  await shot("sql-error");
});

test("a query that reaches for files is refused; one without end is cancelled", {
  tag: "@once",
}, async ({ app, locale }) => {
  await app.goto(`/sql?q=${encodeURIComponent("select * from read_text('/etc/passwd')")}`);
  await settled(app);
  const run = app.getByRole("button", { name: says(locale, "Executar", "Run"), exact: true });
  await run.click();
  await expect(app.getByRole("alert")).toContainText("read_text");
  const endless =
    "with recursive t as (select 1 as n union all select n + 1 from t) select max(n) from t";
  await app.goto(`/sql?q=${encodeURIComponent(endless)}`);
  await settled(app);
  await run.click();
  await app.getByRole("button", { name: says(locale, "Cancelar", "Cancel"), exact: true }).click();
  await expect(
    app.getByText(says(locale, "Consulta cancelada.", "The query was cancelled.")),
  ).toBeVisible();
});

test("rows leave as a workbook", { tag: "@once" }, async ({ app, locale }) => {
  await app.goto(`/sql?q=${encodeURIComponent(MANAGERS)}`);
  await settled(app);
  await app.getByRole("button", { name: says(locale, "Executar", "Run"), exact: true }).click();
  await app.getByRole("button", { name: says(locale, "Exportar", "Export") }).click();
  const file = app.waitForEvent("download");
  await app.getByRole("menuitem", { name: /Excel/ }).click();
  expect((await file).suggestedFilename()).toBe("consulta.xlsx");
});
