import { expect, it } from "vitest";
import { titled } from "./Bleeding";

it("writes capitals as people do, and leaves what is not all capitals", () => {
  expect(titled("ALFA GESTORA DE RECURSOS LTDA.")).toBe("Alfa Gestora de Recursos Ltda.");
  expect(titled("BTG PACTUAL S.A. DTVM")).toBe("BTG Pactual S.A. DTVM");
  expect(titled("Itaú Asset")).toBe("Itaú Asset");
});
