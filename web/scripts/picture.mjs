// The README's picture of the home page: a demo lake, real login, the first screen.
//
// E2E_LAKE: a simulated lake to copy; without it `lastro demo` makes one. Chromium: CHROMIUM.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "@playwright/test";

const ROOT = resolve(import.meta.dirname, "../..");
const LASTRO = process.env.LASTRO ?? join(ROOT, ".venv/bin/lastro");
const OUT = process.env.PICTURE ?? join(ROOT, "docs/images/home.png");
const MOST = 300_000; // bytes

const folder = mkdtempSync(join(tmpdir(), "lastro-picture-"));
if (process.env.E2E_LAKE) {
  cpSync(process.env.E2E_LAKE, join(folder, "lake"), { recursive: true });
} else {
  execFileSync(LASTRO, ["demo", "--dir", folder, "--no-serve"], { stdio: "inherit", cwd: folder });
}
const server = spawn(LASTRO, ["api", "--port", "0"], {
  cwd: folder,
  env: { ...process.env, LASTRO_LAKE__URL: join(folder, "lake") },
});
const ended = new Promise((done) => server.on("exit", done));

function login() {
  return new Promise((done, fail) => {
    let text = "";
    const read = (chunk) => {
      text += chunk;
      const url = /https?:\/\/[\d.]+:\d+/.exec(text)?.[0];
      const password = /demo@lastro\.local\D*?([a-z]{4,}(?:-[a-z]{4,})+)/.exec(text)?.[1];
      if (url && password) done({ url, password });
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    server.on("exit", (code) => fail(new Error(`lastro api ended with ${code}:\n${text}`)));
  });
}

try {
  const { url, password } = await login();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
  });
  const page = await browser.newPage({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    locale: "pt-BR",
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill("demo@lastro.local");
  await page.getByLabel("Senha", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Entrar", exact: true }).click();
  await page.getByText("Ibovespa").first().waitFor();
  await page.waitForLoadState("networkidle");
  mkdirSync(join(OUT, ".."), { recursive: true });
  await page.screenshot({ path: OUT, animations: "disabled" });
  await browser.close();
  const size = statSync(OUT).size;
  process.stdout.write(`${OUT}: ${Math.round(size / 1000)} kB\n`);
  if (size > MOST) throw new Error(`The picture is above ${MOST / 1000} kB.`);
} finally {
  server.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
