import { expect, it } from "vitest";

import { compared, daysIn, type Money, overdue, running, wayTo } from "./sums";

const day = (price: string, cost: string) => ({ day: "2026-10-01", price, cost });
const money: Money = {
  currency: "USD", now: { billed: "10", cost: "4", margin: "6" }, before: { billed: "100", cost: "50", margin: "50" }, sources: [], unassigned: "0", forecast: {},
  days: [day("1.1", "1"), day("2.2", "1"), day("9", "9")], last_days: [day("1", "0.5"), day("1", "0.5"), day("90", "1")], customers_by_change: [], customers_by_margin: [], customers_by_price: [],
};

it("compares whole months, or the same days of both", () => {
  expect(compared(money, 0)).toEqual({ billed: { now: "10", before: "100" }, cost: { now: "4", before: "50" }, margin: { now: "6", before: "50" } });
  expect(compared(money, 2)).toEqual({ billed: { now: "3.3", before: "2" }, cost: { now: "2", before: "1" }, margin: { now: "1.3", before: "1" } });
  expect(compared({ ...money, before: undefined }, 0)).toBeUndefined();
});

it("adds up days, exactly", () => {
  expect(running(["0.1", "0.2", "0.3"])).toEqual(["0.1", "0.3", "0.6"]);
});

it("draws a way to what is expected", () => {
  expect(wayTo("10", "20", 1, 4)).toEqual([undefined, "10", "15", "20"]);
  expect(wayTo("10", "20", 3, 4)).toEqual([undefined, undefined, undefined, undefined]);
});

it("knows how long months are", () => {
  expect([daysIn("2026-02"), daysIn("2028-02"), daysIn("2026-10")]).toEqual([28, 29, 31]);
});

it("counts as overdue what is due since a day or more", () => {
  expect(overdue({ currency: "JPY", credit: "0", total: "10", not_due: "4", days_1_to_30: "3", days_31_to_60: "2", days_61_to_90: "1", days_over_90: "0" })).toBe("6");
});
