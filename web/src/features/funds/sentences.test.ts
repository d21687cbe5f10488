import { describe, expect, it } from "vitest";
import { formatter } from "@/lib/format";
import { say } from "@/lib/words";
import { earnedSentence, flowOf, flowSentence, reasonsOf, strengthOf } from "./sentences";
import { words } from "./words";

const pt = say(words, "pt-BR");
const en = say(words, "en");
const f = formatter("pt-BR");
const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("flowSentence", () => {
  it("says what left, its share and the days in a row", () => {
    const fund = { net_flow_30d: -120e6, flow_ratio_30d: -0.08, flow_run: -14 };
    expect(plain(flowSentence(fund, pt, f))).toBe(
      "Saíram R$ 120,0 mi em 30 dias, 8,0 % do patrimônio; 14 dias seguidos de resgate.",
    );
    expect(flowSentence(fund, en, formatter("en"))).toContain("14 days of outflow in a row");
  });

  it("does not count a single day as a run", () => {
    const fund = { net_flow_30d: 5e6, flow_ratio_30d: 0.01, flow_run: 1 };
    expect(plain(flowSentence(fund, pt, f))).toBe(
      "Entraram R$ 5,0 mi em 30 dias, 1,0 % do patrimônio.",
    );
  });

  it("is silent where the flow is not known, and plain where it is nothing", () => {
    expect(flowSentence({ net_flow_30d: null }, pt, f)).toBe("");
    expect(flowSentence({ net_flow_30d: 0, flow_ratio_30d: 0 }, pt, f)).toContain("Sem captação");
  });

  it("has a dash for a share that is not known", () => {
    expect(flowSentence({ net_flow_30d: -1e6, flow_ratio_30d: null }, pt, f)).toContain("– do");
  });
});

describe("earnedSentence", () => {
  it("compares with CDI either way", () => {
    expect(plain(earnedSentence({ return_12m: 0.123, excess_12m: 0.021 }, pt, f))).toBe(
      "Rendeu 12,30 % em 12 meses, 2,10 p.p. acima do CDI.",
    );
    expect(earnedSentence({ return_12m: 0.1, excess_12m: -0.02 }, pt, f)).toContain("abaixo do");
    expect(earnedSentence({ return_12m: 0.1, excess_12m: null }, pt, f)).not.toContain("CDI");
    expect(earnedSentence({ return_12m: null }, pt, f)).toBe("");
  });
});

describe("small words", () => {
  it("knows sums of a list", () => {
    expect(plain(flowOf(-1.2e9, 200e9, pt, f))).toBe(
      "saíram R$ 1,2 bi líquidos, 0,6 % do patrimônio",
    );
    expect(flowOf(0, 1, pt, f)).toContain("zero");
  });

  it("takes reasons apart", () => {
    expect(reasonsOf("a; b ;")).toEqual(["a", "b"]);
    expect(reasonsOf(null)).toEqual([]);
  });

  it("calls 50 strong and 25 some", () => {
    expect([strengthOf(50), strengthOf(25), strengthOf(24.9), strengthOf(null)]).toEqual([
      "signalStrong",
      "signalSome",
      "signalNone",
      "signalNone",
    ]);
  });
});
