import { expect, it } from "vitest";

import { outcomesOf } from "./outcome";
import { type Finding, isIn, type Listed, type Row, rowsOf, stepsOf, sumsOf } from "./rows";

const invoice = (id: string, position: string, more: Partial<Listed> = {}): Listed => ({
  id, buyer: id, currency: "JPY", digits: 0, document: "invoice", group: id.slice(8), payable: "100", period: id.slice(0, 7), state: position === "draft" || position === "approved" ? "draft" : "issued", total: "100", standing: { position, open: "0" }, ...more,
} as Listed);

const row = (i: Listed, unexpected: Finding[] = []): Row => ({ invoice: i, unexpected, accepted: [] });

it("joins documents with their comparison and findings", () => {
  const comparison = { now: { documents: ["2026-10/a"], total: "100", digits: 0 }, before: { documents: ["2026-09/a"], total: "90", digits: 0 }, parts: [{ part: "total", change: "changed", currency: "JPY", before: "90", now: "100", difference: "10", percent: "11.1" }], services: [], accounts: [] };
  const finding = { id: "F-1", code: "expect-change", stage: "approval", subject: "2026-10/a AmazonS3" } as unknown as Finding;
  const [a, b] = rowsOf([invoice("2026-10/a", "draft"), invoice("2026-10/b", "draft")], [comparison], [finding]);
  expect(a!.change).toMatchObject({ difference: "10", before: "90" });
  expect(a!.unexpected).toHaveLength(1);
  expect(b!.change).toBeUndefined();
  expect(isIn("accept", a!)).toBe(true);
  expect(stepsOf(a!)).toEqual(["accept", "draft"]);
});

it("never adds amounts of different currencies", () => {
  const sums = sumsOf([invoice("2026-10/a", "overdue", { standing: { position: "overdue", open: "40" } }), invoice("2026-10/b", "paid"), invoice("2026-10/c", "paid", { currency: "USD", digits: 2, total: "0.1" })]);
  expect(sums).toEqual([
    { currency: "JPY", digits: 0, count: 2, total: "200", open: "40", overdue: "40" },
    { currency: "USD", digits: 2, count: 1, total: "0.1", open: "0", overdue: "0" },
  ]);
});

it("offers the next step first", () => {
  expect(stepsOf(row(invoice("2026-10/a", "draft")))[0]).toBe("approve");
  expect(stepsOf(row(invoice("2026-10/a", "approved")))[0]).toBe("issue");
  expect(stepsOf(row(invoice("2026-10/a", "issued", { standing: { position: "issued", open: "5" } })))).toEqual(["publish", "sent", "writeOff", "void"]);
  expect(stepsOf(row(invoice("2026-10/a", "draft", { preview: true })))).toEqual([]);
});

it("tells what was done, what was refused, and what was not tried", () => {
  expect(outcomesOf(["a", "b", "c"], [{ id: "a", new: true }], { detail: "no" }).map((o) => o.result)).toEqual(["done", "refused", "waiting"]);
  expect(outcomesOf(["a", "b"], [{ id: "a", new: false }, { id: "b", new: true }]).map((o) => o.result)).toEqual(["same", "done"]);
});
