import { useMemo } from "react";

import { type Schema, useAll, useAsk } from "../../api/query";
import { useCan } from "../../ui/me";
import { monthBefore, usePeriod } from "../../ui/period";
import { type Template, useSection, useSellingBook } from "../group/declared";
import { gapsOf } from "../group/missing";
import type { Over } from "../group/preview";
import { type Sums, sumsBy } from "./sums";
import { type Known, type Node, treeOf } from "./tree";

type SumsOf = Known["sums"];

/** What customers, groups and accounts cost and pay in the month and the one before; nothing where the caller may not see it. */
export function useSums(): { sums: SumsOf; known: boolean; waiting: boolean } {
  const can = useCan();
  const { period, periods } = usePeriod();
  const before = monthBefore(period);
  const may = can("margin.read");
  const priced = useAsk("/api/v1/explore", { params: { query: { from: period, to: period, grain: "month", by: "customer,group,account" } } }, { when: may });
  const earlier = useAsk("/api/v1/explore", { params: { query: { from: before, to: before, grain: "month", by: "customer,group,account" } } }, { when: may && periods.includes(before) });
  const tiers = useAsk("/api/v1/months/{period}/margin", { params: { path: { period } } }, { when: may });
  const tiersBefore = useAsk("/api/v1/months/{period}/margin", { params: { path: { period: before } } }, { when: may && periods.includes(before) });
  const groups = useAll("/api/v1/billing-groups");
  return useMemo(() => {
    const rows = [...(priced.data?.rows ?? []), ...(earlier.data?.rows ?? [])];
    const maps: Record<Node["kind"], Map<string, Sums[]>> = {
      customer: sumsBy(rows, (r) => r.keys[0]!), group: sumsBy(rows, (r) => r.keys[1]!), account: sumsBy(rows, (r) => `${r.keys[1]} ${r.keys[2]}`),
    };
    for (const [month, margin] of [[period, tiers.data], [before, tiersBefore.data]] as const) {
      for (const [group, sums] of soldOn(margin)) {
        maps.group.set(`${group} ${month}`, sums);
        const customer = groups.data?.rows.find((g) => g.id === group)?.customer;
        if (customer) maps.customer.set(`${customer} ${month}`, [...(maps.customer.get(`${customer} ${month}`) ?? []), ...sums]);
      }
    }
    return {
      sums: (kind: Node["kind"], id: string, when: "now" | "before") => maps[kind].get(`${id} ${when === "now" ? period : before}`) ?? [],
      known: may && (priced.isSuccess || earlier.isSuccess), waiting: may && priced.isPending,
    };
  }, [priced.data, priced.isSuccess, priced.isPending, earlier.data, earlier.isSuccess, tiers.data, tiersBefore.data, groups.data, period, before, may]);
}

/** What customers of customers pay to those: the reseller has no cost and no margin there. */
function soldOn(margin: Schema<"EarningsMargin"> | undefined): Map<string, Sums[]> {
  const sold = new Map<string, Sums[]>();
  for (const total of (margin?.tiers ?? []).flatMap((t) => t.totals)) {
    for (const buyer of total.buyers) sold.set(buyer.group, [...(sold.get(buyer.group) ?? []), { currency: total.currency, price: buyer.sold }]);
  }
  return sold;
}

/** All customers as they buy from each other, with what they lack and what they pay. */
export function useTree(): { tree: Node[] | undefined; error: Error | null; again: () => void; money: boolean; waiting: boolean } {
  const can = useCan();
  const { period } = usePeriod();
  const customers = useAll("/api/v1/customers");
  const groups = useAll("/api/v1/billing-groups");
  const accounts = useAll("/api/v1/accounts");
  const invoices = useAll("/api/v1/invoices", { params: { query: { period } } }, { when: can("invoices.read") });
  const templates = useSection<Template>("invoice_templates");
  const selling = useSellingBook();
  const { sums, known, waiting } = useSums();
  const tree = useMemo(() => {
    if (!customers.data || !groups.data) return undefined;
    const customer = new Map(customers.data.rows.map((c) => [c.id, c]));
    return treeOf({
      customers: customers.data.rows, groups: groups.data.rows, names: new Map(accounts.data?.rows.map((a) => [a.id, a.name])), documents: invoices.data?.rows ?? [], sums,
      gaps: (g) => gapsOf(g, customer.get(g.customer), { ...(g.invoice as Over | undefined), ...templates.get(g.template ?? "")?.invoice }, selling),
    });
  }, [customers.data, groups.data, accounts.data, invoices.data, templates, selling, sums]);
  return { tree, error: customers.error ?? groups.error, again: () => { void customers.refetch(); void groups.refetch(); }, money: known, waiting };
}
