import { expect, it } from "vitest";

import { formats } from "./format";

const en = formats("en");
const ja = formats("ja");

it("writes amounts as each language does, to the currency's digits", () => {
  expect(en.money("1234.5", "USD")).toBe("$1,234.50");
  expect(en.money("-1234.5", "USD")).toBe("−$1,234.50");
  expect(en.money("71500", "JPY")).toBe("¥71,500");
  expect(ja.money("71500", "JPY")).toMatch(/^[\u00A5\uFFE5]71,500$/);
  expect(en.amount("0", "USD")).toBe("0.00");
  expect(en.money(undefined, "USD")).toBe("–");
});

it("keeps digits that a number would lose", () => {
  expect(en.whole("9007199254740993.000000000001", "USD")).toBe("9,007,199,254,740,993.000000000001 USD");
  expect(en.amount("9007199254740993.01", "USD")).toBe("9,007,199,254,740,993.01");
});

it("tells changes with their sign", () => {
  expect(en.change("12", "USD")).toBe("+$12.00");
  expect(en.change("0", "USD")).toBe("$0.00");
  expect(en.growth("100", "103.14")).toBe("+3.1%");
  expect(en.growth("0", "5")).toBe("–");
});

it("writes months and days without a time zone's doing", () => {
  expect(en.period("2026-10")).toBe("October 2026");
  expect(ja.period("2026-10")).toBe("2026年10月");
  expect(en.day("2026-10-31")).toBe("Oct 31, 2026");
});
