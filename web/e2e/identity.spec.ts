import { createHmac } from "node:crypto";
import { expect, password, says, settled, signIn, test } from "./app";

test("signing in says what is wrong, and lets in who is right", async ({
  plain,
  locale,
  shot,
  accessible,
}) => {
  await plain.goto("/sign-in?to=%2Faccount");
  await expect(plain.getByText("demo@lastro.local")).toBeVisible();
  await shot("sign-in");
  await accessible();
  await plain.getByLabel("E-mail").fill("demo@lastro.local");
  const secret = plain.getByLabel(says(locale, "Senha", "Password"), { exact: true });
  await secret.fill("not the password at all");
  await plain.getByRole("button", { name: says(locale, "Entrar", "Sign in"), exact: true }).click();
  await expect(plain.getByRole("alert")).toContainText(
    says(locale, "E-mail ou senha", "E-mail or password"),
  );
  await shot("sign-in-wrong");
  await secret.fill(password());
  await secret.press("Enter");
  await expect(plain).toHaveURL(/\/account$/);
});

test("a link that is not good says so", async ({ plain, shot, accessible }) => {
  await plain.goto("/welcome#nonsense");
  await expect(plain.getByRole("alert")).toBeVisible();
  await shot("welcome-bad");
  await accessible();
});

test("the account shows sessions and makes a key that is shown once", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  await app.goto("/account");
  await settled(app);
  await shot("account", { full: true });
  await accessible();
  await app.getByRole("button", { name: says(locale, "Nova chave", "New key") }).click();
  const name = `e2e ${Date.now()}`;
  await app
    .getByRole("dialog")
    .getByLabel(says(locale, "Para que serve", "What it is for"))
    .fill(name);
  await app.getByRole("dialog").getByText("funds:read").click();
  await shot("key-new");
  await accessible();
  await app.getByRole("button", { name: says(locale, "Criar chave", "Make the key") }).click();
  await expect(app.getByText(/^lastro_[0-9a-f]{12}_/)).toBeVisible();
  await shot("key-made");
  await app.getByRole("button", { name: says(locale, "Guardei", "I have kept them") }).click();
  await expect(app.getByText(name)).toBeVisible();
  await expect(app.getByText(/^lastro_[0-9a-f]{12}_/)).toHaveCount(0);
});

test("somebody is invited, turns on a second factor and signs in with it", async ({
  app,
  browser,
  baseURL,
  locale,
  shot,
  accessible,
}) => {
  const email = `e2e-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.com`;
  await app.goto("/admin");
  await settled(app);
  await shot("admin-people");
  await accessible();
  await app.getByRole("button", { name: says(locale, "Convidar", "Invite"), exact: true }).click();
  const dialog = app.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByLabel(says(locale, "Nome", "Name")).fill("Joana Prado");
  await shot("admin-invite");
  await accessible();
  await dialog
    .getByRole("button", { name: says(locale, "Criar convite", "Make the invitation") })
    .click();
  const address = (await dialog.locator("code").textContent()) ?? "";
  await shot("admin-link");

  const theirs = await browser.newContext({ baseURL, locale });
  const page = await theirs.newPage();
  await page.addInitScript(
    (language) => localStorage.setItem("lastro.preferences", JSON.stringify({ language })),
    locale,
  );
  await page.goto(address);
  const chosen = `quatro palavras soltas ${Date.now()}`;
  await page.getByLabel(says(locale, "Nova senha", "New password")).fill(chosen);
  await page
    .getByLabel(says(locale, "A mesma senha outra vez", "The same password again"))
    .fill(chosen);
  await page.getByRole("button", { name: /entrar|sign in/ }).click();
  await page.waitForURL((url) => url.pathname === "/");
  await page.goto("/account");
  await page
    .getByRole("button", { name: says(locale, "Ligar segundo fator", "Turn on second factor") })
    .click();
  const key = ((await page.locator("form code").textContent()) ?? "").replaceAll(" ", "");
  await page.getByLabel(says(locale, "Código", "Code"), { exact: true }).fill(totp(key));
  await page
    .locator("form")
    .filter({ has: page.locator("img") })
    .locator("[type=submit]")
    .click();
  const kept = page.getByRole("dialog").locator("li");
  await expect(kept).toHaveCount(10);
  const codes = await kept.allInnerTexts();
  await theirs.clearCookies();
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel(says(locale, "Senha", "Password"), { exact: true }).fill(chosen);
  await page.locator("button[type=submit]").click();
  await page.getByLabel(says(locale, "Código", "Code"), { exact: true }).fill(codes[0] ?? "");
  await page.locator("button[type=submit]").click();
  await page.waitForURL((url) => url.pathname === "/");
  await theirs.close();
});

test("administration lists keys and apps, and the audit log proves itself", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  await app.goto("/admin?tab=keys");
  await settled(app);
  await shot("admin-keys");
  await accessible();
  await app.goto("/admin?tab=apps");
  await settled(app);
  await shot("admin-apps");
  await app
    .getByRole("button", { name: says(locale, "Registrar aplicativo", "Register an app") })
    .click();
  await expect(app.getByRole("dialog")).toBeVisible();
  await shot("admin-app-new");
  await accessible();
  await app.goto("/admin?tab=audit");
  await settled(app);
  await app
    .getByRole("button", { name: says(locale, "Verificar corrente", "Verify the chain") })
    .click();
  await expect(app.getByText(says(locale, /Íntegra: /.source, "Whole: "))).toBeVisible();
  await shot("admin-audit");
  await accessible();
});

test("an app asks for consent and is answered at its own address", async ({
  app,
  shot,
  accessible,
}) => {
  const back = "http://127.0.0.1:9/callback";
  await app.goto("/account");
  await settled(app);
  const registered = await app.evaluate(async (redirect) => {
    const found = await fetch("/api/v1/auth/refresh", {
      method: "POST",
      headers: { "X-Requested-With": "lastro-web" },
    });
    const bearer = (await found.json()).access_token;
    const made = await fetch("/api/v1/apps", {
      method: "POST",
      headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" },
      body: JSON.stringify({
        name: "Planilha da mesa",
        redirects: [redirect],
        scopes: ["account", "funds:read"],
      }),
    });
    return (await made.json()).app.id as string;
  }, back);
  const query = new URLSearchParams({
    response_type: "code",
    client_id: registered,
    redirect_uri: back,
    scope: "account funds:read",
    state: "12345678901234567890123",
    code_challenge: "c".repeat(43),
    code_challenge_method: "S256",
  });
  await app.goto(`/consent?${query}`);
  await settled(app);
  await expect(app.getByRole("heading", { name: /Planilha da mesa/ })).toBeVisible();
  await shot("consent");
  await accessible();
  const answered = app.waitForRequest((request) => request.url().startsWith(back));
  await app.getByRole("button", { name: /Permitir|Allow/ }).click();
  const place = new URL((await answered).url());
  expect(place.searchParams.get("state")).toBe("12345678901234567890123");
  expect(place.searchParams.get("code")).toHaveLength(43);
});

test("who signs out is asked to sign in again", { tag: "@once" }, async ({ plain, locale }) => {
  await signIn(plain);
  await plain.getByRole("button", { name: /Conta de|Account of/ }).click();
  await plain.getByRole("menuitem", { name: says(locale, "Sair", "Sign out") }).click();
  await expect(plain).toHaveURL(/\/sign-in/);
  await plain.goto("/account");
  await expect(plain).toHaveURL(/\/sign-in\?to=/);
});

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code that an authenticator app shows now (RFC 6238). */
function totp(secret: string): string {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0"));
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  const key = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", key).update(step).digest();
  const at = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
