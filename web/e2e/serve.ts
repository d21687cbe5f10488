/**
 * Serves a copy of a demo lake with `lastro api` on a free port, once for all tests.
 *
 * E2E_LAKE: a simulated lake to copy; without it a small one is made (`lastro demo`), once.
 * E2E_URL and E2E_PASSWORD: a server that runs already (`lastro api` over a demo lake).
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const LASTRO = process.env.LASTRO ?? join(ROOT, ".venv/bin/lastro");
const MADE = resolve(import.meta.dirname, "out/lake");

function lakeToCopy(): string {
  if (process.env.E2E_LAKE) return process.env.E2E_LAKE;
  if (!existsSync(join(MADE, "lake"))) {
    execFileSync(LASTRO, ["demo", "--dir", MADE], { stdio: "inherit", cwd: tmpdir() });
  }
  return join(MADE, "lake");
}

/** Waits for the address and the demo login that `lastro api` prints. */
function told(server: ChildProcess): Promise<{ url: string; password: string }> {
  return new Promise((done, fail) => {
    let text = "";
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      const url = /https?:\/\/[\d.]+:\d+/.exec(text)?.[0];
      const password = /demo@lastro\.local\D*?([a-z]{4,}(?:-[a-z]{4,})+)/.exec(text)?.[1];
      if (url && password) done({ url, password });
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
    server.on("exit", (code) => fail(new Error(`lastro api ended with ${code}:\n${text}`)));
    setTimeout(
      () => fail(new Error(`lastro api said no address in time:\n${text}`)),
      60_000,
    ).unref();
  });
}

export default async function serve() {
  if (process.env.E2E_URL) return;
  const folder = mkdtempSync(join(tmpdir(), "lastro-e2e-"));
  cpSync(lakeToCopy(), join(folder, "lake"), { recursive: true });
  const server = spawn(LASTRO, ["api", "--port", "0"], {
    cwd: folder,
    env: { ...process.env, LASTRO_LAKE__URL: join(folder, "lake") },
  });
  const { url, password } = await told(server);
  process.env.E2E_URL = url;
  process.env.E2E_PASSWORD = password;
  return async () => {
    const ended = new Promise((done) => server.on("exit", done));
    server.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
}
