import { expect, it } from "vitest";

import { idOf, lacking, type Rate, rowsOf } from "./pairs";

const rate = (month: string, from: string, to: string, of: Partial<Rate> = {}): Rate => ({ month, from, to, rate: "1", level: "common", ...of });
const needs = { billed: [{ payer: "1", currencies: ["USD"] }, { payer: "2", currencies: ["USD", "EUR"] }], invoiced: ["USD", "JPY"] };

it("finds what lacks a rate in a month", () => {
  expect(lacking([], needs)).toEqual([{ from: "USD", to: "JPY" }, { from: "EUR", to: "USD" }, { from: "EUR", to: "JPY" }]);
  expect(lacking([rate("m", "USD", "JPY", { level: "payer", payer: "1" }), rate("m", "EUR", "JPY"), rate("m", "EUR", "USD")], needs)).toEqual([{ from: "USD", to: "JPY" }]);
});

it("has missing pairs first, also those that had a rate before", () => {
  const rows = rowsOf([rate("2026-09", "USD", "JPY"), rate("2026-10", "EUR", "JPY"), rate("2026-10", "EUR", "USD")], needs, "2026-10");
  expect(rows.map((r) => [r.from, r.to, r.missing, r.rates.size])).toEqual([["USD", "JPY", true, 1], ["EUR", "JPY", false, 1], ["EUR", "USD", false, 1]]);
});

it("names a rate as the configuration does", () => {
  expect(idOf(rate("2026-10", "USD", "JPY", { level: "payer", payer: "12" }))).toBe("2026-10 USD JPY payer 12");
});
