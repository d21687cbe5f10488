import { describe, expect, it } from "vitest";
import { cut } from "./feed";

describe("the feed's text", () => {
  it("is cut into whole events", () => {
    const text =
      'event: progress\ndata: {"number":3,"rows":10}\n\nevent: tables\ndata: [{"name":"gold.x","version":2}]\n\n';
    expect(cut(text)).toEqual({
      events: [
        { kind: "progress", data: { number: 3, rows: 10 } },
        { kind: "tables", data: [{ name: "gold.x", version: 2 }] },
      ],
      rest: "",
    });
  });

  it("keeps half an event for later", () => {
    const first = cut('event: run\ndata: {"num');
    expect(first.events).toEqual([]);
    expect(cut(`${first.rest}ber":1}\n\n`).events).toEqual([{ kind: "run", data: { number: 1 } }]);
  });

  it("leaves comments out", () => {
    expect(cut(": still here\n\n")).toEqual({ events: [], rest: "" });
  });
});
