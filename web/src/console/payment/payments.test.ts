import { expect, it } from "vitest";

import { type Document, payableOf, plain, spread } from "./payments";

const open = (id: string, amount: string, due: string, currency = "JPY") => ({ id, state: "issued", currency, due_date: due, group: "a", standing: { position: "overdue", open: amount } } as unknown as Document);

it("gives the oldest due date first, no document more than is open of it", () => {
  const documents = payableOf([open("2026-09/a", "70", "2026-10-31"), open("2026-08/a", "50", "2026-09-30"), open("2026-08/b", "9", "2026-09-30", "USD")], "JPY", undefined, "100");
  const { given, rest } = spread("100", documents);
  expect(given.map((g) => [g.document.id, g.amount, g.left])).toEqual([["2026-08/a", "50", "0"], ["2026-09/a", "50", "20"]]);
  expect(rest).toBe("0");
});

it("leaves what is too much, to the last digit", () => {
  expect(spread("0.3", [open("a", "0.1", "2026-09-30"), open("b", "0.1", "2026-10-30")]).rest).toBe("0.1");
});

it("pays back to credit notes alone", () => {
  const documents = payableOf([open("a", "50", "2026-09-30"), open("n", "-20", "2026-09-30")], "JPY", undefined, "-30");
  const { given, rest } = spread("-30", documents);
  expect(given.map((g) => [g.document.id, g.amount])).toEqual([["n", "-20"]]);
  expect(rest).toBe("-10");
});

it("reads amounts as people type them", () => {
  expect(plain("1,234 567.5")).toBe("1234567.5");
  expect(plain("−5")).toBe("-5");
});
