/**
 * Who is signed in. The access token lives in memory only; the refresh token is a cookie that
 * no script can read, so a reload asks for a new access token.
 */

import { useSyncExternalStore } from "react";
import { preferences } from "@/lib/preferences";
import { problemOf, Unreachable } from "./problem";

export interface Me {
  id: string;
  name: string;
  email: string;
  role: string;
  scopes: string[];
  language: string | null;
  totp: boolean;
}

const AUTH = "/api/v1/auth";

let token: string | null = null;
let me: Me | null = null;
let refreshing: Promise<boolean> | null = null;
const listeners = new Set<() => void>();

function become(next: Me | null) {
  me = next;
  for (const listener of listeners) listener();
}

/** Sends a request as it is; an API that cannot be reached is an `Unreachable`. */
export async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable();
  }
}

function ask(path: string, body?: BodyInit): Request {
  return new Request(new URL(AUTH + path, location.origin), {
    method: "POST",
    body: body ?? null,
    credentials: "same-origin",
    headers: { "Accept-Language": preferences().language, "X-Requested-With": "lastro-web" },
  });
}

async function accept(response: Response): Promise<void> {
  if (!response.ok) throw await problemOf(response);
  token = (await response.json()).access_token;
  const found = await send(
    new Request(new URL(`${AUTH}/me`, location.origin), { headers: headers() }),
  );
  if (!found.ok) throw await problemOf(found);
  become(await found.json());
}

/** Headers that every request of ours carries. */
export function headers(): Record<string, string> {
  const found: Record<string, string> = { "Accept-Language": preferences().language };
  if (token) found.Authorization = `Bearer ${token}`;
  return found;
}

/** Signs in with a password, and the second factor where the account has one. */
export async function signIn(email: string, password: string, totp?: string): Promise<void> {
  const form = new URLSearchParams({ grant_type: "password", username: email, password });
  if (totp) form.set("totp", totp);
  await accept(await send(ask("/token", form)));
}

/** Gets a new access token by the cookie; false where there is no session. One at a time. */
export function refresh(): Promise<boolean> {
  refreshing ??= (async () => {
    try {
      await accept(await send(ask("/refresh")));
      return true;
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      token = null;
      become(null);
      return false;
    } finally {
      refreshing = null;
    }
  })();
  return refreshing;
}

export async function signOut(): Promise<void> {
  await send(ask("/sign-out"));
  token = null;
  become(null);
}

/** Whether somebody is signed in, asking the cookie where we do not know yet. */
export async function restored(): Promise<boolean> {
  return me !== null || refresh();
}

/** Reads the account again, after it was changed. */
export async function rereadMe(): Promise<void> {
  const found = await authorised(new Request(new URL(`${AUTH}/me`, location.origin)));
  if (found.ok) become(await found.json());
}

/** Sends with the access token; a token that ran out is renewed once. */
export async function authorised(request: Request): Promise<Response> {
  const again = request.clone();
  const first = await send(withHeaders(request));
  if (first.status !== 401 || !(await refresh())) return first;
  return send(withHeaders(again));
}

function withHeaders(request: Request): Request {
  for (const [name, value] of Object.entries(headers())) request.headers.set(name, value);
  return request;
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useMe(): Me | null {
  return useSyncExternalStore(subscribe, () => me);
}

/** Whether the person signed in holds a scope. */
export function useMay(scope: string): boolean {
  return useMe()?.scopes.includes(scope) ?? false;
}

export function currentMe(): Me | null {
  return me;
}
