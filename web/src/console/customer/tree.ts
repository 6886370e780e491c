import type { Schema } from "../../api/query";
import { accountsOf, type Spec } from "../group/declared";
import type { Gap } from "../group/missing";
import type { Sums } from "./sums";

type Customer = Schema<"BillingCustomer">;
type Listed = Schema<"ListedInvoice">;

export interface Node {
  key: string;
  kind: "customer" | "group" | "account";
  id: string;
  name: string;
  detail?: string; // what tells it from others, such as the currency of a group
  below: Node[];
  resells: boolean;
  accounts: number;
  gaps: Gap[];
  documents: Listed[]; // of the month
  now: Sums[];
  before: Sums[];
}

export interface Known {
  customers: Customer[];
  groups: Spec[];
  names: Map<string, string>; // of accounts
  gaps: (group: Spec) => Gap[];
  documents: Listed[];
  sums: (kind: Node["kind"], id: string, when: "now" | "before") => Sums[];
}

/** Who a customer buys from: another customer, where one of its groups is below a group of that one. */
export function sellerOf(customer: string, groups: Spec[]): string | undefined {
  const parents = groups.filter((g) => g.customer === customer && g.parent).map((g) => groups.find((p) => p.id === g.parent)?.customer);
  return parents.find((p) => p !== undefined && p !== customer);
}

/** Everybody who is billed, as they buy from each other; those that buy from the reseller first. */
export function treeOf(known: Known): Node[] {
  const sellers = new Map(known.customers.map((c) => [c.id, sellerOf(c.id, known.groups)]));
  const seen = new Set<string>(); // nobody stands below themselves
  const customer = (c: Customer): Node => {
    seen.add(c.id);
    const own = known.groups.filter((g) => g.customer === c.id).map((g) => groupNode(g, known));
    const buyers = byName(known.customers.filter((x) => sellers.get(x.id) === c.id && !seen.has(x.id))).map(customer);
    return {
      key: `customer ${c.id}`, kind: "customer", id: c.id, name: c.name, below: [...buyers, ...own], resells: buyers.length > 0,
      accounts: own.reduce((n, g) => n + g.accounts, 0), gaps: [...new Set(own.flatMap((g) => g.gaps))],
      documents: own.flatMap((g) => g.documents), now: known.sums("customer", c.id, "now"), before: known.sums("customer", c.id, "before"),
    };
  };
  const first = byName(known.customers.filter((c) => !sellers.get(c.id))).map(customer);
  return [...first, ...byName(known.customers).flatMap((c) => (seen.has(c.id) ? [] : [customer(c)]))];
}

function groupNode(g: Spec, known: Known): Node {
  const accounts = accountsOf(g);
  return {
    key: `group ${g.id}`, kind: "group", id: g.id, name: g.name || g.id, detail: g.currency, resells: false, accounts: accounts.length,
    gaps: known.gaps(g), documents: known.documents.filter((d) => d.group === g.id),
    now: known.sums("group", g.id, "now"), before: known.sums("group", g.id, "before"),
    below: accounts.map((id): Node => ({
      key: `account ${g.id} ${id}`, kind: "account", id, name: known.names.get(id) ?? id, below: [], resells: false, accounts: 0, gaps: [], documents: [],
      now: known.sums("account", `${g.id} ${id}`, "now"), before: known.sums("account", `${g.id} ${id}`, "before"),
    })),
  };
}

const byName = (customers: Customer[]) => [...customers].sort((a, b) => a.name.localeCompare(b.name));

export interface Line {
  node: Node;
  depth: number;
  open: boolean;
}

/** The lines of a tree that are seen: what is open, and all that leads to what is searched for. */
export function linesOf(nodes: Node[], open: (node: Node) => boolean, search: string, depth = 0): Line[] {
  const wanted = search.trim().toLocaleLowerCase();
  const is = (n: Node) => wanted === "" || n.name.toLocaleLowerCase().includes(wanted) || n.id.toLocaleLowerCase().includes(wanted);
  const holds = (n: Node): boolean => is(n) || n.below.some(holds);
  return nodes.filter(holds).flatMap((node) => {
    const inside = wanted !== "" && node.below.some(holds) && !is(node);
    const opened = node.below.length > 0 && (inside || open(node));
    const rest = opened ? linesOf(node.below, open, is(node) ? "" : search, depth + 1) : [];
    return [{ node, depth, open: opened }, ...rest];
  });
}

/** A node and everything below it. */
export const all = (nodes: Node[]): Node[] => nodes.flatMap((n) => [n, ...all(n.below)]);
