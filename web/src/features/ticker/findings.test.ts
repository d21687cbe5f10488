import { describe, expect, it } from "vitest";
import {
  candlesOf,
  changeWithin,
  firstRange,
  hasStopped,
  lineReturn,
  longestReturn,
  missingLines,
  paidInYear,
  type TickerAction,
  type TickerQuotes,
  type TickerSheet,
} from "./findings";
import { tickerSearch } from "./search";

const quotes: TickerQuotes = {
  ticker: "ABCD3",
  adjusted: "split",
  first_date: "2024-01-02",
  last_date: "2024-01-04",
  dates: ["2024-01-02", "2024-01-03", "2024-01-04"],
  open: [9, 10, 11],
  high: [11, 12, 13],
  low: [8, 9, 10],
  close: [10, null, 12],
  quantity: [1, 2, 3],
  turnover: [10, 20, 30],
};

const action = (ex_date: string | null, value: number | null, kind = "cash"): TickerAction => ({
  ex_date,
  last_date_with: "2024-01-01",
  kind,
  label: "DIVIDENDO",
  value,
  cash_yield: null,
  multiplier: null,
  subscription_percent: null,
  subscription_price: null,
  subscription_until: null,
  approved_on: null,
  payment_date: null,
  related_to: null,
  flags: "",
  available_at: "2024-01-01T00:00:00Z",
});

describe("a ticker's findings", () => {
  it("turns columns into candles and measures between known closes", () => {
    expect(candlesOf(quotes)[1]).toEqual({
      date: "2024-01-03",
      open: 10,
      high: 12,
      low: 9,
      close: null,
      volume: 2,
    });
    const all = changeWithin(quotes, ["2024-01-01", "2024-12-31"]);
    expect(all).toMatchObject({ first: "2024-01-02", last: "2024-01-04" });
    expect(all?.change).toBeCloseTo(0.2);
    expect(changeWithin(quotes, ["2025-01-01", "2025-12-31"])).toBeNull();
  });

  it("begins with a year, or with the whole life of the young", () => {
    expect(firstRange("2020-01-02", "2024-12-30")).toEqual(["2023-12-30", "2024-12-30"]);
    expect(firstRange("2024-07-19", "2024-12-30")).toEqual(["2024-07-19", "2024-12-30"]);
  });

  it("says the return of the longest span that is known", () => {
    const sheet = { return_12m: null, return_6m: 0.1, return_1m: 0.2 } as TickerSheet;
    expect(longestReturn(sheet)).toEqual({ span: "return_6m", value: 0.1 });
    expect(longestReturn({ ...sheet, return_6m: null, return_1m: null })).toBeNull();
  });

  it("calls a paper stopped after a week without a trade", () => {
    expect([5, 6].map((idle_sessions) => hasStopped({ idle_sessions }))).toEqual([false, true]);
  });

  it("sums the cash of a year, without what is yet to come", () => {
    const actions = [
      action("2024-12-31", 9),
      action("2024-06-03", 1.5),
      action("2023-12-31", 0.5),
      action("2023-12-30", 7),
      action("2024-03-01", null, "stock"),
      action(null, 4),
    ];
    expect(paidInYear(actions, "2024-12-30")).toBe(2);
  });

  it("knows which lines the lake lacks", () => {
    const comparison = {
      ticker: "ABCD3",
      shortened_by: "",
      dates: quotes.dates,
      lines: [
        { name: "ABCD3", values: [1, 1.1, 1.2] },
        { name: "IBOV", values: [null, null, null] },
      ],
    };
    expect(missingLines(comparison)).toEqual(["IBOV"]);
    expect(lineReturn(comparison, "ABCD3")).toBeCloseTo(0.2);
    expect(lineReturn(comparison, "IBOV")).toBeNull();
    expect(lineReturn(comparison, "CDI")).toBeNull();
  });
});

describe("the address", () => {
  it("keeps what it understands", () => {
    const vs = ["IBOV", "a b", 3, "PETR4"];
    expect(tickerSearch({ adjusted: "total", from: "2024-01-02", until: "x", vs })).toEqual({
      adjusted: "total",
      from: "2024-01-02",
      vs: ["IBOV", "PETR4"],
    });
    expect(tickerSearch({ adjusted: "maybe" })).toEqual({});
  });
});
