import type { Schema } from "../../api/query";
import { absolute, compare, isZero, minus, sum } from "../../ui/decimal";

type Document = Schema<"ViewDocument">;

/** By what a service of an account was billed otherwise than before. */
export interface ServiceChange {
  account: string;
  name: string;
  service: string;
  before: string;
  after: string;
  change: string;
}

export interface PartChange {
  part: "support" | "agency" | "discounts" | "charges" | "tax";
  change: string;
}

/** Two documents side by side: what they come to, the services by their change, and what is beside usage. */
export interface Comparison {
  before: string;
  after: string;
  difference: string;
  services: ServiceChange[];
  parts: PartChange[];
}

/** What changed between two documents of one billing group and currency; all of it adds up to the difference. */
export function compareDocuments(was: Document, is: Document): Comparison {
  return {
    before: was.total, after: is.total, difference: minus(is.total, was.total),
    services: servicesBetween(was, is),
    parts: partsBetween(was, is),
  };
}

function servicesBetween(was: Document, is: Document): ServiceChange[] {
  const changes = new Map<string, ServiceChange>();
  const add = (doc: Document, side: "before" | "after") => {
    for (const account of doc.accounts) {
      for (const line of account.lines) {
        const key = `${account.account}\u0000${line.service}`;
        const change = changes.get(key) ?? { account: account.account, name: account.name || account.account, service: line.service, before: "0", after: "0", change: "0" };
        change[side] = sum([change[side], line.amount]);
        changes.set(key, change);
      }
    }
  };
  add(was, "before");
  add(is, "after");
  return [...changes.values()].map((c) => ({ ...c, change: minus(c.after, c.before) })).filter((c) => !isZero(c.change)).sort((a, b) => compare(absolute(b.change), absolute(a.change)));
}

function partsBetween(was: Document, is: Document): PartChange[] {
  const parts = (d: Document): Record<PartChange["part"], string> => ({
    support: d.support_total,
    agency: d.agency_total,
    discounts: minus("0", d.discount_total),
    charges: minus(d.before_tax, d.after_discount),
    // Where taxes are within the prices, they add nothing to the total.
    tax: minus(d.total, d.before_tax),
  });
  const [before, after] = [parts(was), parts(is)];
  return (Object.keys(before) as PartChange["part"][]).map((part) => ({ part, change: minus(after[part], before[part]) })).filter((p) => !isZero(p.change));
}
