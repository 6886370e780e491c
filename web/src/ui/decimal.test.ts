import { expect, it } from "vitest";

import { compare, minus, ratio, sum } from "./decimal";

it("adds what numbers cannot", () => {
  expect(sum(["0.1", "0.2"])).toBe("0.3");
  expect(sum(["9007199254740993", "0.000000000000000001"])).toBe("9007199254740993.000000000000000001");
  expect(sum([])).toBe("0");
});

it("subtracts, compares and divides", () => {
  expect(minus("10", "10.000000000000000001")).toBe("-0.000000000000000001");
  expect(compare("2", "10")).toBe(-1);
  expect(ratio("1", "3")).toBe("0.333333");
  expect(ratio("1", "0.00")).toBeUndefined();
});
