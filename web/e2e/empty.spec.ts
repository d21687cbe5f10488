import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, says, settled, test } from "./app";
import { type Server, start } from "./server";

const LINK = /https?:\/\/[\d.]+:\d+\/welcome#\S+/;

let folder: string;
let server: Server;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lastro-e2e-empty-"));
  server = await start(folder, [LINK]);
});

test.afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a new lake has a first administrator, and every page says what fills it", async ({
  plain,
  locale,
  shot,
  accessible,
}) => {
  const link = LINK.exec(server.said())?.[0] ?? "";
  const base = new URL(link).origin;
  await plain.goto(link);
  await plain.getByLabel(says(locale, "Nome", "Name")).fill("Ana Prado");
  await plain.getByLabel("E-mail").fill("ana@example.com");
  const password = "quatro palavras bem soltas";
  await plain.getByLabel(says(locale, "Nova senha", "New password")).fill(password);
  const again = says(locale, "A mesma senha outra vez", "The same password again");
  await plain.getByLabel(again).fill(password);
  await shot("welcome-first");
  await accessible();
  await plain.locator("button[type=submit]").click();
  await plain.waitForURL((url) => url.pathname === "/setup"); // a lake without data comes first

  const pages = [
    ["", "lastro ingest b3_cotahist"],
    ["funds", "lastro ingest cvm_funds && lastro build"],
    ["portability", "lastro ingest cvm_funds && lastro build"],
    ["market", "lastro ingest b3_cotahist && lastro build"],
    ["indexes", "lastro ingest b3_index_levels"],
    ["rates", "lastro ingest bcb_rates && lastro build"],
    ["data?tab=quality", "lastro build"],
    ["data?tab=runs", "lastro schedule"],
    ["data/tables/silver.fund_navs?tab=preview", "lastro build"],
    ["data/sources/cvm_funds", "lastro ingest cvm_funds"],
  ] as const;
  for (const [path, command] of pages) {
    await plain.goto(`${base}/${path}`);
    const taught = plain.getByRole("main").getByText(command).first();
    await expect.soft(taught, `/${path} names its command`).toBeVisible();
    await settled(plain);
    await expect.soft(plain.getByRole("alert"), `/${path} reports no failure`).toHaveCount(0);
    await shot(`empty-${path.replaceAll(/\W+/g, "-") || "home"}`);
  }
  await accessible();
});

test("the first set-up offers real data before the lake has any", async ({ plain, locale }) => {
  const base = new URL(LINK.exec(server.said())?.[0] ?? "").origin;
  await plain.goto(`${base}/sign-in`);
  await plain.getByLabel("E-mail").fill("ana@example.com");
  const secret = plain.getByLabel(says(locale, "Senha", "Password"), { exact: true });
  await secret.fill("quatro palavras bem soltas");
  await secret.press("Enter");
  await plain.waitForURL((url) => url.pathname === "/");
  await plain.goto(`${base}/setup`);
  const official = says(locale, "Dados oficiais", "Official data");
  await plain.getByRole("button", { name: official, exact: true }).click();
  const funds = locale === "en" ? /CVM daily fund report/ : /Informe diário de fundos/;
  await expect(plain.getByRole("checkbox", { name: funds })).toBeChecked();
});
