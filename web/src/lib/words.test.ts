import { expect, it } from "vitest";
import { defineWords, fill, say } from "./words";

const words = defineWords({
  "pt-BR": { found: "{n} {n|fundo|fundos} de {who}", none: "nada" },
  en: { found: "{n} {n|fund|funds} of {who}", none: "nothing" },
});

it("fills and chooses by number", () => {
  const t = say(words, "pt-BR");
  expect(t("found", { n: 1, who: "Alfa" })).toBe("1 fundo de Alfa");
  expect(t("found", { n: 3, who: "Alfa" })).toBe("3 fundos de Alfa");
  expect(say(words, "en")("found", { n: 0, who: "A" })).toBe("0 funds of A");
});

it("takes zero as one in Portuguese, as the language does", () => {
  expect(fill("{n|fundo|fundos}", { n: 0 }, "pt-BR")).toBe("fundos");
});

it("shows a dash for a value that is not there", () => {
  expect(fill("{a} e {b}", { a: "x" }, "pt-BR")).toBe("x e –");
});

it("refuses a missing key or value when it is compiled", () => {
  const t = say(words, "pt-BR");
  // @ts-expect-error: `who` is missing
  expect(t("found", { n: 1 })).toContain("–");
  // @ts-expect-error: English lacks `b`
  defineWords({ "pt-BR": { a: "x", b: "y" }, en: { a: "x" } });
  expect(t("none")).toBe("nada");
});
