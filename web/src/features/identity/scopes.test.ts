import { describe, expect, it } from "vitest";
import { say } from "@/lib/words";
import { safePath } from "./safePath";
import { deviceOf, ROLES, roleWord, scopeWord } from "./scopes";
import { words } from "./words";

describe("scopes and roles", () => {
  it("have words in both languages", () => {
    expect(scopeWord(say(words, "pt-BR"), "sql:run")).toBe("Rodar SQL, só leitura");
    expect(scopeWord(say(words, "en"), "account")).toBe("See and change one's own account");
    expect(ROLES.map((role) => roleWord(say(words, "en"), role))).not.toContain("");
  });
});

describe("devices", () => {
  it("are told by what the browser says", () => {
    const edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/130.0 Safari/537 Edg/130.0";
    expect(deviceOf(edge)).toEqual({ browser: "Edge", system: "Windows" });
    const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604";
    expect(deviceOf(safari)).toEqual({ browser: "Safari", system: "iOS" });
    expect(deviceOf("python-httpx/0.28")).toBeNull();
  });
});

describe("the way back after signing in", () => {
  it("leads to a page of ours and nowhere else", () => {
    expect(safePath("/funds?q=a")).toBe("/funds?q=a");
    for (const bad of ["https://x", "//x", "/\\x", "javascript:x", "", undefined, "/\t/x"]) {
      expect(safePath(bad)).toBe("/");
    }
  });
});
