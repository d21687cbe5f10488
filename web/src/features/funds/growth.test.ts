import { describe, expect, it } from "vitest";
import { barsOf, flowSum, growthOf, spanOf } from "./growth";
import type { FundFlows, FundQuotas } from "./types";

const dates = ["2024-03-21", "2024-03-22", "2024-03-25", "2024-03-26"];

function quotas(more: Partial<FundQuotas> = {}): FundQuotas {
  return {
    dates,
    quota: [],
    net_worth: [],
    fund: [0.5, 1, 1.1, 1.2],
    cdi: [null, 1, 1.01, null],
    ibov: [0.9, 1, 0.8, 0.9],
    drawdown: [],
    base_date: null,
    ...more,
  };
}

function flows(net: (number | null)[]): FundFlows {
  return {
    dates,
    inflow: [],
    outflow: [],
    net_flow: net,
    cumulative: [],
    net_worth: [],
    flow_ratio: [],
  };
}

describe("growthOf", () => {
  it("is 100 on the first day that all share", () => {
    const grown = growthOf(quotas(), null);
    expect(grown.fund[1]).toBe(100);
    expect(grown.fund[0]).toBe(50);
    expect(grown.cdi).toEqual([null, 100, 101, null]);
    expect(grown.earned.fund).toBeCloseTo(0.2);
    expect(grown.earned.cdi).toBeCloseTo(0.01);
  });

  it("begins anew in a range", () => {
    const grown = growthOf(quotas(), ["2024-03-25", "2024-03-26"]);
    expect(grown.fund[2]).toBe(100);
    expect(grown.earned.ibov).toBeCloseTo(0.125);
  });

  it("leaves out a benchmark that knows nothing", () => {
    const none = [null, null, null, null];
    const grown = growthOf(quotas({ cdi: none, ibov: none }), null);
    expect(grown.fund[0]).toBe(100);
    expect(grown.earned.cdi).toBeNull();
  });

  it("knows nothing where the quota is unknown", () => {
    const none = [null, null, null, null];
    expect(growthOf(quotas({ fund: none, cdi: none, ibov: none }), null).earned.fund).toBeNull();
    expect(growthOf(quotas(), ["2030-01-01", "2030-02-01"]).earned.fund).toBeNull();
  });
});

describe("flows", () => {
  it("sum up and name the day that decided", () => {
    expect(flowSum(flows([1, -5, null, -2]), null)).toEqual({
      net: -6,
      day: "2024-03-22",
      dayFlow: -5,
    });
    expect(flowSum(flows([3, -1, 4, 0]), null).day).toBe("2024-03-25");
    expect(flowSum(flows([0, 0, 0, 0]), null).day).toBeNull();
    expect(flowSum(flows([9, 1, 1, 1]), ["2024-03-22", "2024-03-25"]).net).toBe(2);
  });

  it("become weeks by their last day", () => {
    const bars = barsOf(flows([1, -5, null, -2]), null, true);
    expect(bars).toEqual({
      dates: ["2024-03-22", "2024-03-26"],
      net: [-4, -2],
      cumulative: [-4, -6],
    });
    expect(barsOf(flows([1, -5, null, -2]), null, false).net).toEqual([1, -5, null, -2]);
  });
});

it("a span is by days, not by places", () => {
  expect(spanOf(dates, ["2024-03-23", "2024-03-25"])).toEqual([2, 3]);
  expect(spanOf(dates, null)).toEqual([0, 4]);
});
