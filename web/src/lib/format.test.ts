import { describe, expect, it } from "vitest";
import { formatter } from "./format";

const pt = formatter("pt-BR");
const en = formatter("en");
// Figures hold no-break spaces; these are compared as plain ones.
const plain = (text: string) => text.replace(/\u00a0/g, " ");

describe("money", () => {
  it("is written as each reader writes it", () => {
    expect(plain(pt.money(1234.56))).toBe("R$ 1.234,56");
    expect(plain(en.money(1234.56))).toBe("R$1,234.56");
    expect(plain(pt.money(5.2, "USD"))).toBe("US$ 5,20");
  });
  it("has a true minus before the currency", () => {
    expect(plain(pt.money(-10))).toBe("−R$ 10,00");
    expect(plain(pt.moneyChange(2_500_000))).toBe("+R$ 2,5 mi");
    expect(plain(pt.moneyChange(-3.4e9))).toBe("−R$ 3,4 bi");
  });
});

it("never breaks a figure from its unit", () => {
  expect(pt.money(1234.56)).toBe("R$\u00a01.234,56");
  expect(pt.moneyChange(-3.4e9)).toBe("−R$\u00a03,4\u00a0bi");
  expect(pt.percent(0.0231)).toBe("2,31\u00a0%");
  expect(pt.bytes(14_271_751)).toBe("14,3\u00a0MB");
  expect(en.duration(180)).toBe("3\u00a0min");
});

describe("compact", () => {
  it.each([
    [950, "950"],
    [1_200, "1,2 mil"],
    [1_200_000, "1,2 mi"],
    [3.4e9, "3,4 bi"],
    [2.1e12, "2,1 tri"],
    [-7_800_000, "−7,8 mi"],
    [0, "0"],
    [1.5, "1,50"],
  ])("%d is %s", (value, text) => expect(plain(pt.compact(value))).toBe(text));
  it("does not round up to a thousand of a scale", () => {
    expect(plain(pt.compact(999_960))).toBe("1,0 mi");
    expect(en.compact(999_999_999)).toBe("1.0B");
  });
});

describe("ratios", () => {
  it("become percentages", () => {
    expect(plain(pt.percent(0.0231))).toBe("2,31 %");
    expect(plain(pt.change(0.0231))).toBe("+2,31 %");
    expect(plain(pt.change(-0.0231))).toBe("−2,31 %");
    expect(en.change(-0.0231)).toBe("−2.31%");
  });
  it("have no sign where nothing is left after rounding", () => {
    expect(plain(pt.change(-0.00001))).toBe("0,00 %");
    expect(plain(pt.change(0))).toBe("0,00 %");
  });
});

describe("quotas", () => {
  it("show six decimals, and twelve in full", () => {
    expect(pt.quota(1.234567890123)).toBe("1,234568");
    expect(pt.quotaFull(1.234567890123)).toBe("1,234567890123");
    expect(pt.quotaFull(2)).toBe("2,00");
  });
});

describe("days", () => {
  it("are the day that is written, in any time zone", () => {
    expect(pt.date("2026-03-12")).toBe("12/03/2026");
    expect(en.date("2026-03-01")).toBe("1 Mar 2026");
    expect(pt.date("2024-12-30T00:00:00Z")).toBe("30/12/2024");
  });
  it("are Brasília's for instants", () => {
    expect(pt.instant("2026-01-01T01:30:00Z")).toBe("31/12/2025 22:30");
    expect(en.instant("2025-02-01T23:50:00Z")).toBe("1 Feb 2025 20:50");
  });
  it("have months in words", () => {
    expect(pt.month("2024-11-01")).toBe("nov 2024");
    expect(en.month("2024-11-01")).toBe("Nov 2024");
  });
});

describe("ages", () => {
  it.each([
    [5, "agora"],
    [180, "há 3 min"],
    [3 * 3600, "há 3 h"],
    [3 * 86400, "há 3 d"],
  ])("%d s is %s", (seconds, text) => expect(plain(pt.ago(seconds))).toBe(text));
});

it("writes a dash for what is not known, never a zero", () => {
  for (const write of [pt.money, pt.compact, pt.percent, pt.change, pt.quota, pt.integer, pt.ago]) {
    expect(write(null)).toBe("–");
    expect(write(undefined)).toBe("–");
    expect(write(Number.NaN)).toBe("–");
  }
  expect(pt.date(null)).toBe("–");
  expect(pt.instant("")).toBe("–");
});

it("groups a CNPJ, with letters as well, and leaves anything else", () => {
  expect(pt.cnpj("12345678000190")).toBe("12.345.678/0001-90");
  expect(pt.cnpj("12ABC34501DE35")).toBe("12.ABC.345/01DE-35");
  expect(pt.cnpj("123")).toBe("123");
});

it("sizes bytes", () => {
  expect(plain(pt.bytes(512))).toBe("512 B");
  expect(plain(pt.bytes(14_271_751))).toBe("14,3 MB");
  expect(plain(pt.bytes(0))).toBe("0 B");
});
