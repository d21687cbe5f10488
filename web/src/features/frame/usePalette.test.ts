// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { plain } from "./usePalette";

it("finds words without their accents and capitals", () => {
  expect(plain("Ações e Índices")).toBe("acoes e indices");
});
