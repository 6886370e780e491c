import { describe, expect, test } from "vitest";

import { changed, differences, inForce, isOverruled, type Layers, put, reverted, sourceOf } from "./layers";

const layers: Layers = {
  layer: "group",
  template: { rounding: { mode: "down" } },
  own: { rounding: { mode: "up" }, note: "Thanks" },
  month: { rounding: { mode: "down" }, note: "Only now" },
};

describe("layers", () => {
  test("a template comes before the group's own, setting by setting", () => {
    expect(inForce(layers)).toEqual({ rounding: { mode: "down" }, note: "Thanks" });
    expect(sourceOf(layers, "rounding", {})).toBe("template");
    expect(isOverruled(layers, "rounding")).toBe(true);
    expect(sourceOf(layers, "note", {})).toBe("group");
    expect(sourceOf(layers, "series", {})).toBe("default");
  });

  test("a month's own setting is told from the master's, and gives way to it", () => {
    const month: Layers = { ...layers, layer: "month" };
    expect(sourceOf(month, "note", {})).toBe("month");
    expect(sourceOf(month, "rounding", {})).toBe("template");
    expect(reverted(month, "note", {})).toEqual({ to: "Thanks" });
    expect(sourceOf(month, "note", { note: "Thanks" })).toBe("group");
    expect(reverted(month, "rounding", {})).toBeUndefined();
  });

  test("what is changed back is no change", () => {
    const base = inForce(layers);
    const once = changed(base, {}, "note", "Other");
    expect(once).toEqual({ note: "Other" });
    expect(changed(base, once, "note", "Thanks")).toEqual({});
    expect(changed(base, {}, "note", "")).toEqual({ note: null });
    expect(changed(base, {}, "prepaid", false)).toEqual({});
  });

  test("a part is put in a copy", () => {
    const support = [{ kind: "percent", percent: "3" }];
    expect(put(support, [0, "percent"], "4")).toEqual([{ kind: "percent", percent: "4" }]);
    expect(put(support, [0, "percent"], "")).toEqual([{ kind: "percent" }]);
    expect(put(undefined, ["due"], "net-30")).toEqual({ due: "net-30" });
    expect(support[0]!.percent).toBe("3");
  });

  test("differences go to the value that differs", () => {
    expect(differences({ a: { b: "1" }, c: ["x"] }, { a: { b: "2" }, c: ["x", "y"] })).toEqual([
      { path: "a.b", before: "1", after: "2" },
      { path: "c", before: ["x"], after: ["x", "y"] },
    ]);
    expect(differences([{ k: "1" }], [{ k: "1" }, { k: "2" }], "tax")).toEqual([{ path: "tax[1]", before: undefined, after: { k: "2" } }]);
  });
});
