/**
 * Serves a copy of a demo lake with `lastro api` on a free port, once for all tests.
 *
 * E2E_LAKE: a simulated lake to copy; without it a small one is made (`lastro demo`), once.
 * E2E_URL and E2E_PASSWORD: a server that runs already (`lastro api` over a demo lake).
 */

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { LASTRO, start } from "./server";

const MADE = resolve(import.meta.dirname, "out/lake");
const URL_SAID = /https?:\/\/[\d.]+:\d+/;
const PASSWORD_SAID = /demo@lastro\.local\D*?([a-z]{4,}(?:-[a-z]{4,})+)/;

function lakeToCopy(): string {
  if (process.env.E2E_LAKE) return process.env.E2E_LAKE;
  if (!existsSync(join(MADE, "lake"))) {
    execFileSync(LASTRO, ["demo", "--dir", MADE, "--funds", "300", "--no-serve"], {
      stdio: "inherit",
      cwd: tmpdir(),
    });
  }
  return join(MADE, "lake");
}

export default async function serve() {
  if (process.env.E2E_URL) return;
  const folder = mkdtempSync(join(tmpdir(), "lastro-e2e-"));
  cpSync(lakeToCopy(), join(folder, "lake"), { recursive: true });
  const server = await start(folder, [URL_SAID, PASSWORD_SAID]);
  process.env.E2E_URL = URL_SAID.exec(server.said())?.[0];
  process.env.E2E_PASSWORD = PASSWORD_SAID.exec(server.said())?.[1];
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
