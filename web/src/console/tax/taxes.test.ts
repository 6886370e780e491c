import { expect, it } from "vitest";

import { changed, decided, type Group, holds, keyOf, lastDay, usedOf } from "./taxes";

const standard = { category: "standard", percent: "10", label: "Consumption tax" };
const group = (id: string, of: object = {}) => ({ id, currency: "JPY", customer: "c", ...of }) as unknown as Group;
const templates = [{ id: "japan", invoice: { tax: [standard] } }, { id: "abroad", invoice: { tax_by: "regime" as const } }];

it("takes the template before the group", () => {
  expect(decided(group("a", { template: "japan", invoice: { tax: [] } }), templates[0])).toMatchObject({ by: "settings", taxes: [standard], source: "template" });
  expect(decided(group("a", { invoice: { tax: [standard] } }), undefined)).toMatchObject({ source: "group" });
  expect(decided(group("a"), templates[1])).toMatchObject({ by: "regime", source: "template" });
});

it("knows who uses a rate", () => {
  expect(usedOf([group("a", { template: "japan" }), group("b", { template: "abroad" })], templates)).toMatchObject([{ tax: standard, templates: ["japan"], groups: [], reaches: ["a"] }]);
});

it("ends a rate and begins another", () => {
  const { tax } = changed({ tax: [standard] }, keyOf(standard), "12", "2027-04-01");
  expect(tax).toEqual([{ ...standard, to: "2027-04-01" }, { ...standard, percent: "12", from: "2027-04-01" }]);
  expect(tax.map((x) => holds(x, "2027-03-31"))).toEqual([true, false]);
  expect(tax.map((x) => holds(x, "2027-04-01"))).toEqual([false, true]);
  expect(lastDay("2028-02")).toBe("2028-02-29");
});
