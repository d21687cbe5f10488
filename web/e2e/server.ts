/** `lastro api` on a free port, over a folder that holds a lake or will. */

import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

export const LASTRO = process.env.LASTRO ?? join(ROOT, ".venv/bin/lastro");

export interface Server {
  /** What the command has printed so far. */
  said: () => string;
  stop: () => Promise<void>;
}

/** Starts it and waits until it has printed all of `wanted`. */
export async function start(folder: string, wanted: RegExp[]): Promise<Server> {
  const server = spawn(LASTRO, ["api", "--port", "0"], {
    cwd: folder,
    env: {
      ...process.env,
      LASTRO_LAKE__URL: join(folder, "lake"),
      LASTRO_IDENTITY__ATTEMPTS_PER_MINUTE: "1000", // each test has a session of its own
    },
  });
  const ended = new Promise<void>((done) => server.on("exit", () => done()));
  const said = await printed(server, wanted);
  const stop = async () => {
    server.kill("SIGTERM");
    await ended;
  };
  return { said, stop };
}

function printed(server: ChildProcess, wanted: RegExp[]): Promise<() => string> {
  return new Promise((done, fail) => {
    let text = "";
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      if (wanted.every((one) => one.test(text))) done(() => text);
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
    server.on("exit", (code) => fail(new Error(`lastro api ended with ${code}:\n${text}`)));
    const late = () => fail(new Error(`lastro api did not print ${wanted} in time:\n${text}`));
    setTimeout(late, 60_000).unref();
  });
}
