import { describe, expect, it } from "vitest";
import { converted, currencyName, mostRevised, places, typedNumber } from "./figures";
import { ratesSearch } from "./search";

const rates = [
  { code: "USD", sell: 5 },
  { code: "EUR", sell: 6 },
];

describe("the converter", () => {
  it("goes through the real", () => {
    expect(converted(10, "USD", "BRL", rates)).toBe(50);
    expect(converted(10, "BRL", "USD", rates)).toBe(2);
    expect(converted(12, "EUR", "USD", rates)).toBeCloseTo(14.4);
    expect(converted(1, "XXX", "USD", rates)).toBeNull();
    expect(converted(Number.NaN, "USD", "EUR", rates)).toBeNull();
  });
  it("reads what people type", () => {
    expect(typedNumber("1.234,56", "pt-BR")).toBe(1234.56);
    expect(typedNumber("1,234.56", "en")).toBe(1234.56);
    expect(typedNumber(" 10 ", "pt-BR")).toBe(10);
    expect(typedNumber("dez", "pt-BR")).toBeNaN();
    expect(typedNumber("", "en")).toBeNaN();
    expect(typedNumber("-5", "en")).toBeNaN();
  });
});

describe("currencies", () => {
  it("have names in both languages", () => {
    expect(currencyName("USD", "pt-BR")).toBe("Dólar americano");
    expect(currencyName("USD", "en")).toBe("US Dollar");
  });
  it("show as many decimals as they move by", () => {
    expect([places(5.2), places(0.03)]).toEqual([4, 6]);
  });
});

describe("the survey", () => {
  const target = (median: number, week_before: number | null) => ({
    target: "2025",
    median,
    mean: null,
    deviation: null,
    lowest: null,
    highest: null,
    respondents: null,
    week_before,
    month_before: null,
  });
  it("finds what was revised most", () => {
    expect(mostRevised({ targets: [target(0.04, 0.041), target(0.05, 0.04)] })?.median).toBe(0.05);
    expect(mostRevised({ targets: [target(0.04, 0.04), target(0.05, null)] })).toBeNull();
  });
});

describe("the address", () => {
  it("keeps what it understands", () => {
    expect(ratesSearch({ currency: "usd", indicator: "Câmbio", horizon: "monthly" })).toEqual({
      currency: "USD",
      indicator: "Câmbio",
      horizon: "monthly",
    });
    expect(ratesSearch({ currency: "US1", indicator: "", horizon: "never" })).toEqual({});
  });
});
