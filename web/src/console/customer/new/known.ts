import { useMemo } from "react";

import { type Schema, useAll } from "../../../api/query";
import type { Spec } from "../../group/declared";
import { type Draft, ownersOf, type Wrong } from "./draft";

/** What is there already: it is chosen from, and not taken a second time. */
export interface Known {
  customers: Schema<"BillingCustomer">[];
  groups: Spec[];
  names: Map<string, string>; // of accounts
  owners: ReturnType<typeof ownersOf>;
}

/** What each step gets. */
export interface StepProps {
  draft: Draft;
  change: (to: Partial<Draft>) => void;
  known: Known;
  wrong: Partial<Record<keyof Draft, Wrong>>;
}

export function useKnown(from: string): Known | undefined {
  const customers = useAll("/api/v1/customers");
  const groups = useAll("/api/v1/billing-groups");
  const accounts = useAll("/api/v1/accounts");
  const pools = useAll("/api/v1/pools");
  const reseller = useAll("/api/v1/config/{kind}", { params: { path: { kind: "reseller" } } });
  return useMemo(() => {
    if (!customers.data || !groups.data || !accounts.data || !pools.data) return undefined;
    const own = (reseller.data?.rows[0]?.spec as { accounts?: string[] } | undefined)?.accounts ?? [];
    return { customers: customers.data.rows, groups: groups.data.rows, names: new Map(accounts.data.rows.map((a) => [a.id, a.name])), owners: ownersOf(groups.data.rows, pools.data.rows, own, from) };
  }, [customers.data, groups.data, accounts.data, pools.data, reseller.data, from]);
}
