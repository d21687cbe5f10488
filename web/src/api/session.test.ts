// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { Problem, Unreachable } from "./problem";
import { authorised, currentMe, refresh, signIn, signOut } from "./session";

const ME = { id: "1", name: "Ana", email: "a@b", role: "analyst", scopes: [], language: null };

/** Answers as the API does, and remembers what was asked. */
function server(answers: Record<string, (request: Request) => Response | Promise<Response>>) {
  const asked: Request[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(request.clone());
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    const answer = answers[path];
    if (!answer) throw new TypeError("no network");
    return answer(request);
  });
  return asked;
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

afterEach(async () => {
  server({ "/auth/sign-out": () => json({}) });
  await signOut();
  vi.unstubAllGlobals();
});

it("keeps the token in memory and sends it", async () => {
  const asked = server({
    "/auth/token": () => json({ access_token: "first" }),
    "/auth/me": () => json(ME),
    "/funds": () => json({}),
  });
  await signIn("a@b", "secret", "123456");
  expect(currentMe()?.name).toBe("Ana");
  const form = new URLSearchParams(await asked[0]?.text());
  expect(Object.fromEntries(form)).toEqual({
    grant_type: "password",
    username: "a@b",
    password: "secret",
    totp: "123456",
  });
  await authorised(new Request("http://localhost:3000/api/v1/funds"));
  expect(asked.at(-1)?.headers.get("authorization")).toBe("Bearer first");
  expect(JSON.stringify(localStorage)).not.toContain("first");
});

it("renews a token that ran out once, and asks again", async () => {
  let token = "old";
  const asked = server({
    "/auth/refresh": () => {
      token = "new";
      return json({ access_token: token });
    },
    "/auth/me": () => json(ME),
    "/views": (request) =>
      request.headers.get("authorization") === "Bearer new" ? json({ ok: 1 }) : json({}, 401),
  });
  const body = JSON.stringify({ name: "v" });
  const answer = await authorised(
    new Request("http://localhost:3000/api/v1/views", { method: "POST", body }),
  );
  expect(answer.status).toBe(200);
  expect(await asked.at(-1)?.text()).toBe(body);
});

it("asks for one token only, however many answers wait for it", async () => {
  let rotations = 0;
  server({
    "/auth/refresh": async () => {
      rotations += 1;
      await Promise.resolve();
      return json({ access_token: `t${rotations}` });
    },
    "/auth/me": () => json(ME),
  });
  expect(await Promise.all([refresh(), refresh(), refresh()])).toEqual([true, true, true]);
  expect(rotations).toBe(1);
});

it("is signed out where the cookie does not hold, but not where nobody answers", async () => {
  server({ "/auth/refresh": () => json({ detail: "gone" }, 401) });
  expect(await refresh()).toBe(false);
  server({});
  await expect(refresh()).rejects.toBeInstanceOf(Unreachable);
});

it("says why a sign-in was refused", async () => {
  server({
    "/auth/token": () =>
      json(
        {
          type: "https://lastro.dev/errors/unauthenticated",
          detail: "Não confere.",
          hint: "Veja.",
        },
        401,
      ),
  });
  const refused = await signIn("a@b", "x").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Problem);
  expect(refused).toMatchObject({
    message: "Não confere.",
    hint: "Veja.",
    kind: "unauthenticated",
  });
});
