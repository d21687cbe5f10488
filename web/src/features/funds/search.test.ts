import { describe, expect, it } from "vitest";
import { filtersOn, pathOf, queryOf, readSearch, viewOf, withView } from "./search";

describe("readSearch", () => {
  it("keeps what it knows and drops the rest", () => {
    expect(
      readSearch({
        q: "ações",
        manager: ["A", 3, ""],
        status: "Cancelado",
        size: "huge",
        score: 50,
        losing: "yes",
        parts: false,
        sort: "-return_12m",
        cols: [],
        drop: 1,
      }),
    ).toEqual({
      q: "ações",
      manager: ["A"],
      status: ["Cancelado"],
      score: 50,
      parts: false,
      sort: "-return_12m",
    });
  });

  it("takes no order that is not a column's name", () => {
    expect(readSearch({ sort: "a;b" })).toEqual({});
  });
});

describe("the view", () => {
  it("is the largest first unless the address says otherwise", () => {
    expect(viewOf({}).sort).toEqual({ id: "net_worth", desc: true });
    expect(viewOf({ sort: "name" }).sort).toEqual({ id: "name", desc: false });
  });

  it("leaves the address where it is the default", () => {
    const named = withView({ q: "a" }, { columns: null, sort: { id: "net_worth", desc: true } });
    expect(named.sort).toBeUndefined();
    expect(named.q).toBe("a");
    expect(withView({}, { columns: ["name"], sort: { id: "score", desc: true } })).toEqual({
      cols: ["name"],
      sort: "-score",
    });
  });
});

describe("the question", () => {
  it("turns a size into least and most", () => {
    expect(queryOf({ size: "small" })).toMatchObject({ min_worth: 1e7, max_worth: 1e8 });
    expect(queryOf({ size: "large" }).max_worth).toBeUndefined();
  });

  it("becomes an address with each value apart", () => {
    const path = pathOf({ manager: ["A & B", "C"], losing: true }, ["name", "score"]);
    const params = new URL(path, "http://x").searchParams;
    expect(params.getAll("manager")).toEqual(["A & B", "C"]);
    expect(params.get("max_flow")).toBe("-0.01");
    expect(params.get("columns")).toBe("name,score");
    expect(params.has("q")).toBe(false);
  });

  it("counts its filters", () => {
    expect(filtersOn({})).toBe(0);
    expect(filtersOn({ q: "a", manager: ["x", "y"], parts: false, sort: "name" })).toBe(3);
  });
});
