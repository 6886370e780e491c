import type { Schema } from "../../api/query";
import { sum } from "../../ui/decimal";
import type { Spec } from "../group/declared";

type Explored = Schema<"ExploreRow">;
type Unmapped = Schema<"MappingUnmapped">;

/** An account with who has it, from when to when, and what it came to in the month. */
export interface Holding {
  key: string;
  account: string;
  name: string;
  kind: "nobody" | "group" | "pool" | "reseller";
  owner: string; // id of the group or pool
  customer: string; // its name
  payer: string;
  from?: string;
  to?: string;
  byTags: boolean;
  byEnrolment?: boolean; // nobody claims it: the group has all such accounts of its payer
  past: boolean; // ended before the month
  cost?: string;
  price?: string;
  currency: string;
}

interface Known {
  period: string;
  groups: Spec[];
  pools: { id: string; accounts: string[]; from?: string; to?: string }[];
  own: string[]; // accounts of the reseller itself
  customers: Map<string, string>;
  names: Map<string, string>;
  payers: Map<string, string>;
  explored: Explored[]; // by account, payer and group
  unmapped: Unmapped[];
}

/** All accounts that are declared, somebody's, or used in the month; nobody's first. */
export function holdingsOf(known: Known): Holding[] {
  const first = `${known.period}-01`;
  const used = (account: string, groups?: string[]) => amounts(known.explored.filter((r) => r.keys[0] === account && (!groups || groups.includes(r.keys[2]!))));
  const payer = (id: string | undefined) => (id ? known.payers.get(id) ?? id : "");
  const counted = new Set<string>(); // what was charged stands once, though a group may claim an account twice
  const once = (account: string, groups?: string[]) => {
    const key = `${account} ${groups?.join() ?? ""}`;
    if (counted.has(key)) return { payer: used(account, groups).payer, currency: used(account, groups).currency };
    counted.add(key);
    return used(account, groups);
  };
  const name = (account: string) => known.names.get(account) ?? account;
  const row = (of: Pick<Holding, "account" | "kind" | "owner"> & Partial<Holding>, i: number, groups?: string[]): Holding => {
    const came = once(of.account, groups);
    return { key: `${of.kind} ${of.owner} ${i} ${of.account}`, name: name(of.account), customer: "", byTags: false, past: !!of.to && of.to <= first, ...came, payer: payer(came.payer), ...of };
  };
  const seller = (g: Spec): string => {
    const seen = new Set<string>();
    let at: Spec | undefined = g;
    while (at?.parent && !seen.has(at.id)) { seen.add(at.id); at = known.groups.find((x) => x.id === at!.parent); }
    return at?.id ?? g.id;
  };

  const nobody = known.unmapped.map((u, i): Holding => ({
    key: `nobody ${i} ${u.account}`, account: u.account, name: u.name || u.account, kind: "nobody", owner: "", customer: "", payer: payer(u.payer), byTags: u.shared_by.length > 0, past: false, cost: u.cost, currency: u.currency,
  }));
  const groups = known.groups.flatMap((g) => (g.claims ?? []).flatMap((claim, i) => claim.accounts.map((account) => row({
    account, kind: "group", owner: g.id, customer: known.customers.get(g.customer) ?? g.customer, from: claim.from, to: claim.to, byTags: Object.keys({ ...claim.tags, ...claim.cost_categories }).length > 0,
  }, i, [seller(g)]))));
  const pools = known.pools.flatMap((p, i) => p.accounts.map((account) => row({ account, kind: "pool", owner: p.id, from: p.from, to: p.to }, i)));
  const own = known.own.map((account, i) => row({ account, kind: "reseller", owner: "" }, i, ["reseller"]));
  const claimed = [...nobody, ...groups, ...pools, ...own];
  const has = (account: string, group: string) => claimed.some((h) => h.account === account && !h.past && h.kind !== "nobody" && (h.kind !== "group" || seller(known.groups.find((g) => g.id === h.owner)!) === group));
  const enrolled = known.groups.flatMap((g) => (g.enrol ?? []).filter((e) => e.from.slice(0, 7) <= known.period && (!e.to || e.to > first)).flatMap((e, i) => {
    const used = known.explored.filter((r) => r.keys[1] === e.payer && r.keys[2] === seller(g) && r.keys[0] !== e.payer && !has(r.keys[0]!, seller(g)));
    return [...new Set(used.map((r) => r.keys[0]!))].map((account) => row({
      account, kind: "group", owner: g.id, customer: known.customers.get(g.customer) ?? g.customer, from: e.from, to: e.to, byEnrolment: true,
    }, (g.claims ?? []).length + i, [seller(g)]));
  }));
  const all = [...nobody, ...groups, ...enrolled, ...pools, ...own];
  const there = new Set(all.map((h) => h.account));
  const rest = [...known.names.keys()].filter((id) => !there.has(id)).map((account, i): Holding => ({ key: `nobody declared ${i} ${account}`, account, name: name(account), kind: "nobody", owner: "", customer: "", payer: "", byTags: false, past: false, currency: "" }));
  return [...all, ...rest];
}

function amounts(rows: Explored[]): { payer?: string; cost?: string; price?: string; currency: string } {
  const currency = rows[0]?.currency ?? "";
  if (rows.length === 0 || rows.some((r) => r.currency !== currency)) return { payer: rows[0]?.keys[1], currency: "" };
  return { payer: rows[0]!.keys[1], cost: sum(rows.map((r) => r.cost)), price: sum(rows.map((r) => r.price)), currency };
}
