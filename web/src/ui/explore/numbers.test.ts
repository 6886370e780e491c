import { expect, it } from "vitest";

import { allDates, boxesOf, coursesOf, linesOf, scalesOf } from "./numbers";
import type { Sum } from "./source";

const row = (keys: string[], price: string, more: Partial<Sum> = {}): Sum => ({ keys, price, currency: "USD", lines: 1, ...more });

it("never adds currencies", () => {
  const rows = [row(["a"], "1"), row(["a"], "900", { currency: "JPY" }), row(["b"], "2.5")];
  expect(scalesOf(rows, "price")).toEqual(["JPY", "USD"]);
  expect(linesOf(rows, undefined, "price", "USD").map((l) => l.amounts.price)).toEqual(["1", "2.5"]);
});

it("draws the largest first and the rest last, with days on which nothing is", () => {
  const rows = [row([""], "9", { date: "2026-09-01", other: true }), row(["a"], "1", { date: "2026-09-01" }), row(["b"], "2", { date: "2026-09-03" })];
  const { dates, courses } = coursesOf(rows, "price", "USD");
  expect(dates).toEqual(["2026-09-01", "2026-09-02", "2026-09-03"]);
  expect(courses.map((c) => [c.key, c.other, c.values])).toEqual([["b", false, [undefined, undefined, "2"]], ["a", false, ["1", undefined, undefined]], ["", true, ["9", undefined, undefined]]]);
  expect(allDates(["2026-11", "2027-01"])).toEqual(["2026-11", "2026-12", "2027-01"]);
});

it("tells what changed, to the last digit, and what is gone", () => {
  const lines = linesOf([row(["a"], "0.1", { date: "2026-08" }), row(["a"], "0.2", { date: "2026-09" })], [row(["a"], "0.1"), row(["b"], "5")], "price", "USD");
  expect(lines.map((l) => [l.keys[0], l.amounts.price, l.before, l.change, l.share])).toEqual([["a", "0.3", "0.1", "0.2", "1"], ["b", undefined, "5", "-5", "0"]]);
  expect(lines[0]!.months).toEqual({ "2026-08": "0.1", "2026-09": "0.2" });
});

it("puts what is above zero into boxes, and says what is not", () => {
  const lines = linesOf([row(["a", "x"], "3"), row(["a", "y"], "-1"), row(["b", "x"], "2"), row(["b", "z"], "1")], undefined, "price", "USD");
  expect(boxesOf(lines, "price", (l, at) => l.keys[at]!, "rest", 2)).toEqual({ boxes: [{ name: "x", of: "a", value: "3" }, { name: "x", of: "b", value: "2" }, { name: "rest", of: "b", value: "1" }], below: "-1" });
});
