// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { FundRestatement, RegistryPast } from "./types";
import { changedKey, registryMarks, restatedMarks } from "./useMarks";

const event = (date: string, field: string) => ({
  date,
  seen_before: "2024-01-31",
  field,
  before: "A",
  after: "B",
});

it("a snapshot has one mark, however much it changed", () => {
  const past = {
    events: [event("2024-07-31", "manager"), event("2024-07-31", "custodian")],
  } as RegistryPast;
  expect(registryMarks(past, (field) => field)).toEqual([
    {
      date: "2024-07-31",
      label: "manager, custodian",
      detail: "manager: A → B\ncustodian: A → B",
      kind: "registry",
    },
  ]);
  expect(registryMarks(undefined, String)).toEqual([]);
});

it("restated days are counted", () => {
  const rows = [{ ref_date: "2024-03-01" }, { ref_date: "2024-03-01" }, { ref_date: null }];
  const marks = restatedMarks(rows as FundRestatement[], (count) => `${count}`);
  expect(marks).toEqual([{ date: "2024-03-01", label: "2", kind: "restatement" }]);
});

it("an unknown field still has words", () => {
  expect(changedKey("manager")).toBe("changed_manager");
  expect(changedKey("other")).toBe("changed_name");
});
