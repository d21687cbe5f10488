import { expect, it } from "vitest";
import { coloursOf, entityColour } from "./colours";

it("gives an entity the same colour each time", () => {
  expect(entityColour("PETR4", "light")).toBe(entityColour("PETR4", "light"));
  expect(coloursOf(["PETR4"], "light").get("PETR4")).toBe(entityColour("PETR4", "light"));
});

it("never gives two drawn together the same", () => {
  const ids = Array.from({ length: 10 }, (_, at) => `FUND ${at}`);
  for (const theme of ["light", "dark"] as const) {
    expect(new Set(coloursOf(ids, theme).values()).size).toBe(10);
  }
});
