import { expect, it } from "vitest";

import type { Paper } from "../../../ui/invoice/paper";
import { howOf } from "./how";

const paper = {
  currency: "EUR", digits: 2, rounding: { mode: "half-up", point: "service" }, rates: [{ from: "USD", to: "EUR", rate: "0.8534", level: "common" }],
  accounts: [{ account: "4", name: "mobile", total: "53.71", lines: [
    { kind: "usage", service: "KMS", cost: "0.2903836284", cost_currency: "USD", rate: "0.8534", exact: "0.24781338847656", amount: "0.25" },
    { kind: "usage", service: "Bedrock", cost: "62.639460495828", cost_currency: "USD", rate: "0.8534", exact: "53.4565155871396152", amount: "53.46" },
  ] }],
  usage_total: "53.71", support_total: "0", agency_total: "0", subtotal: "53.71", discounts: [{ base: "usage", percent: "5", amount: "2.69" }], discount_total: "2.69", after_discount: "51.02",
  additional_items: [{ label: "Desk", quantity: "2", unit_price: "10", amount: "20" }], before_tax: "71.02", taxes: [{ category: "standard", percent: "19", base: "71.02", amount: "13.49" }],
  tax_total: "13.49", total: "84.51", prepaid_used: "4.51", carried: "0", payable: "80", tax_free: "0",
} as unknown as Paper;

it.each(["payable", "total", "tax_total", "before_tax", "after_discount", "subtotal", "usage_total", "accounts[0].total", "additional_items"])("%s is the sum of its steps, with no rest", (path) => {
  const how = howOf(paper, path)!;
  expect(how.kind).toBe("sum");
  expect(how.steps.map((s) => s.key)).not.toContain("rest");
});

it("says the rest where the steps do not add up", () => {
  expect(howOf({ ...paper, total: "85" } as Paper, "total")!.steps.at(-1)).toMatchObject({ key: "rest", amount: "0.49" });
});

it("takes a line from its price over the rate and the rounding to what is printed", () => {
  const how = howOf(paper, "accounts[0].lines[0].amount")!;
  expect(how.steps.map((s) => s.key)).toEqual(["price", "rate", "exact", "rounded", "residue"]);
  expect(how.steps.at(-1)!.amount).toBe("0.00218661152344");
  expect(how.usage).toEqual({ account: "4", service: "KMS", cost: "0.2903836284", currency: "USD", place: "usage" });
});

it("leads from each sum to what it is made of", () => {
  const walk = (path: string): string[] => [path, ...(howOf(paper, path)?.steps ?? []).flatMap((s) => (s.to ? walk(s.to) : []))];
  const reached = walk("payable");
  expect(reached).toContain("accounts[0].lines[1].amount");
  expect(reached).toContain("taxes[0].amount");
  expect(reached.every((path) => howOf(paper, path) !== undefined)).toBe(true);
});

it("knows no path that the document does not have", () => {
  expect(howOf(paper, "accounts[7].total")).toBeUndefined();
  expect(howOf(paper, "nonsense")).toBeUndefined();
});
