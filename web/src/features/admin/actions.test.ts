import { expect, it } from "vitest";
import { say } from "@/lib/words";
import { saidOf } from "./actions";
import { words } from "./words";

it("audited actions are said in words; an unknown one keeps its code", () => {
  expect(saidOf("session.sign_in", say(words, "pt-BR"))).toBe("Entrou");
  expect(saidOf("keys.revoke", say(words, "en"))).toBe("Revoked a key");
  expect(saidOf("exports.xlsx", say(words, "pt-BR"))).toBe("Exportou em xlsx");
  expect(saidOf("house.moved", say(words, "en"))).toBe("house.moved");
});
