import { describe, expect, it } from "vitest";

import type { Schema } from "../../api/query";
import { sum } from "../../ui/decimal";
import { compareDocuments } from "./comparison";

type Document = Schema<"ViewDocument">;

const line = (service: string, amount: string) => ({ service, amount, kind: "usage", cost: amount, cost_currency: "USD", exact: amount, rate: "1" });
const document = (usage: [string, string][], more: Partial<Document> = {}): Document => {
  const usage_total = sum(usage.map(([, amount]) => amount));
  const base = { support_total: "0", agency_total: "0", discount_total: "0", tax_total: "0", usage_total, ...more };
  const after_discount = sum([usage_total, base.support_total, base.agency_total, `-${base.discount_total}`]);
  return { accounts: [{ account: "1", name: "Production", total: usage_total, lines: usage.map(([s, a]) => line(s, a)) }], after_discount, before_tax: after_discount, total: sum([after_discount, base.tax_total]), ...base } as unknown as Document;
};

describe("compareDocuments", () => {
  it("names what changed, the largest first, and it adds up", () => {
    const was = document([["EC2", "100"], ["S3", "10.5"], ["Glue", "3"]], { tax_total: "11", support_total: "10" });
    const is = document([["EC2", "80"], ["S3", "15.25"], ["RDS", "40"]], { tax_total: "13", discount_total: "5", support_total: "10" });
    const c = compareDocuments(was, is);
    expect(c.services.map((s) => [s.service, s.change])).toEqual([["RDS", "40"], ["EC2", "-20"], ["S3", "4.75"], ["Glue", "-3"]]);
    expect(c.parts).toEqual([{ part: "discounts", change: "-5" }, { part: "tax", change: "2" }]);
    expect(sum([...c.services.map((s) => s.change), ...c.parts.map((p) => p.change)])).toBe(c.difference);
  });

  it("leaves out what is the same", () => {
    const same = document([["EC2", "100"]]);
    expect(compareDocuments(same, same)).toMatchObject({ difference: "0", services: [], parts: [] });
  });
});
