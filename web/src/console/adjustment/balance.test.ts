import { describe, expect, it } from "vitest";

import { balance, type Entry, months, partsOf, typed } from "./balance";

const entry = (state: string, amount: string, currency = "USD"): Entry => ({ id: amount, month: "2026-10", origin: "collected", kind: "fee", currency, amount, start: "2026-10-01", state, owner: "acme" });

describe("the balance of a month", () => {
  it("counts each state and currency for itself", () => {
    const [open, applied] = balance([entry("open", "0.1"), entry("open", "0.2"), entry("open", "-5", "EUR"), entry("applied", "3"), entry("split", "900")]);
    expect(open).toEqual({ state: "open", count: 3, sums: [{ currency: "EUR", amount: "-5" }, { currency: "USD", amount: "0.3" }] });
    expect(applied).toEqual({ state: "applied", count: 1, sums: [{ currency: "USD", amount: "3" }] });
  });
});

it("divides into equal parts, of which the first takes the rest", () => {
  expect(partsOf("100", 3, 2)).toEqual({ first: "33.34", others: "33.33" });
  expect(partsOf("-100", 3, 2)).toEqual({ first: "-33.34", others: "-33.33" });
  expect(partsOf("100", 1, 2)).toBeUndefined();
});

it("reads amounts as people type them", () => expect(typed(" −1,250.50")).toBe("-1250.50"));

it("offers months to come", () => expect(months("2026-11", ["2026-11", "2026-10"])).toEqual(["2027-02", "2027-01", "2026-12", "2026-11", "2026-10"]));
