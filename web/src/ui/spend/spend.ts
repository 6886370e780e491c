import type { Schema } from "../../api/query";

export type Figure = Schema<"SpendFigure">;
export type Standing = Schema<"SpendStanding"> & { payer?: string };

/** What an organization spends, as the reseller's people and its own have it. */
export type Spend = Omit<Schema<"ViewSpend">, "sources"> & { sources: Standing[]; unassigned?: Figure };

export type Bill = Schema<"SpendBill">;
export type Grain = "month" | "day";

/** One of the tree of organizations. */
export interface Organization {
  id: string;
  name: string;
  kind: string;
  parent?: string;
}

/** The last day that counts for a month: none where the server knows it, which it does of the newest one. */
export function dayOf(period: string, newest: string, today: string): string | undefined {
  if (period >= newest || period >= today.slice(0, 7)) return undefined;
  return lastDay(period);
}

export function lastDay(period: string): string {
  const [year, month] = period.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}

/** Whether a month is told to its end. */
export const isWhole = (s: { period: string; day: string }, today: string): boolean => s.day >= lastDay(s.period) && s.period < today.slice(0, 7);

/** What is below an organization, with and without spend, and what it spends itself. */
export interface Part {
  organization: string;
  name: string;
  kind: string;
  month?: Figure;
  last_month?: Figure;
}

/** Who spends it: as the server has them, the largest first, and then those that stand below and spend nothing. Units alone, except of the reseller. */
export function partsOf(spend: Pick<Spend, "organization" | "parts">, organizations: Organization[], root: string): Part[] {
  const has = new Set(spend.parts.map((p) => p.organization));
  const below = organizations.filter((o) => o.parent === spend.organization && (spend.organization === root || o.kind === "unit"));
  return [...spend.parts, ...below.filter((o) => !has.has(o.id)).map((o) => ({ organization: o.id, name: o.name, kind: o.kind }))];
}

/** An organization with how deep it lies. */
export interface Placed extends Organization {
  depth: number;
}

/** The tree from top to bottom: each one above those below it, by name. What has nobody above it in the list is at the top. */
export function placed(organizations: Organization[]): Placed[] {
  const known = new Set(organizations.map((o) => o.id));
  const below = new Map<string, Organization[]>();
  for (const o of organizations) {
    const parent = o.parent && known.has(o.parent) ? o.parent : "";
    below.set(parent, [...(below.get(parent) ?? []), o]);
  }
  const all: Placed[] = [];
  const walk = (parent: string, depth: number) => {
    const its = (below.get(parent) ?? []).sort((a, b) => (a.name || a.id).localeCompare(b.name || b.id));
    for (const o of its) {
      all.push({ ...o, depth });
      walk(o.id, depth + 1);
    }
  };
  walk("", 0);
  return all;
}

/** Those whose name or id has the text, and all above them, so that one sees where they are. */
export function found(tree: Placed[], text: string): Placed[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (!wanted) return tree;
  const parents = new Map(tree.map((o) => [o.id, o.parent]));
  const kept = new Set<string>();
  for (const o of tree) {
    if (!`${o.name} ${o.id}`.toLocaleLowerCase().includes(wanted)) continue;
    for (let id: string | undefined = o.id; id !== undefined && parents.has(id) && !kept.has(id); id = parents.get(id)) kept.add(id);
  }
  return tree.filter((o) => kept.has(o.id));
}

/** Those above one, the outermost first. */
export function above(id: string, organizations: Organization[]): Organization[] {
  const known = new Map(organizations.map((o) => [o.id, o]));
  const path: Organization[] = [];
  for (let o = known.get(known.get(id)?.parent ?? ""); o && !path.includes(o); o = known.get(o.parent ?? "")) path.unshift(o);
  return path;
}

/** The months that bills are told of, the newest first. */
export const monthsOf = (bills: Bill[]): string[] => [...new Set(bills.map((b) => b.period))].sort().reverse();
