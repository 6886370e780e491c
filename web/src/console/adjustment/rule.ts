// The rules that decide on entries, with what a form needs to know of them.
import { type Pattern, same } from "../price/book";
import { type Comparison, joined, loose, partsOf } from "../price/conditions";
import type { Entry } from "./balance";

export const fields = ["kind", "service", "usage_type", "description", "account"] as const;
export type Field = (typeof fields)[number];
export const kinds = ["fee", "refund", "credit", "discount", "marketplace", "upfront", "support", "other"] as const;

/** Conditions that must all hold. */
export type Filter = Partial<Record<Field, Pattern>>;

/** A rule as the configuration has it: of its filters one must hold. */
export interface Rule {
  id: string;
  payer?: string;
  any: Filter[];
  action: "apply" | "keep";
  group?: string;
  tax_free?: boolean;
  from?: string; // the first month
  to?: string; // the first month that it is not for any more
}

/** A line of the form: "description contains case". */
export interface Condition {
  field: Field;
  not: boolean;
  how: Comparison;
  values: string[]; // several only with "is"
}

/** A filter as conditions; undefined where a form cannot say it, as a "not" within a "not". */
export function conditionsOf(filter: Filter): Condition[] | undefined {
  const all = fields.flatMap((field) => (filter[field] === undefined ? [] : partsOf(filter[field]).map((part) => ({ field, ...part }))));
  return same(loose(filterOf(all)), loose(filter)) ? all : undefined;
}

/** The filter that conditions say; one that is not filled in says nothing. */
export function filterOf(conditions: Condition[]): Filter {
  const filter: Filter = {};
  for (const c of conditions) if (c.values.length) filter[c.field] = joined(filter[c.field], c);
  return filter;
}

/** Rules in the order in which they are asked: those of a payer first, then by name. */
export const inOrder = (rules: Rule[]): Rule[] => [...rules].sort((a, b) => Number(!a.payer) - Number(!b.payer) || (a.id < b.id ? -1 : 1));

/** Whether one of the names is what the pattern asks for. Throws where a regular expression is one that browsers do not know. */
export function matches(pattern: Pattern | undefined, ...names: string[]): boolean {
  if (pattern === undefined) return true;
  if (typeof pattern === "string") return names.includes(pattern);
  if (Array.isArray(pattern)) return names.some((n) => pattern.includes(n));
  const { equal, prefix = "", suffix = "", contains = "", like, regex, not } = pattern;
  const wild = like ? new RegExp(`^${like.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "su") : undefined;
  const expression = regex ? new RegExp(regex, "u") : undefined;
  return names.some((n) => (!equal || equal.includes(n)) && n.startsWith(prefix) && n.endsWith(suffix) && n.includes(contains) && (wild?.test(n) ?? true) && (expression?.test(n) ?? true))
    && (not === undefined || !matches(not, ...names));
}

export function holds(rule: Rule, e: Entry): boolean {
  if ((rule.payer && rule.payer !== e.payer) || (rule.from && e.month < rule.from) || (rule.to && e.month >= rule.to)) return false;
  return rule.any.some((x) => matches(x.kind, e.kind) && matches(x.service, e.service_code ?? "", e.service ?? "") && matches(x.usage_type, e.usage_type ?? "")
    && matches(x.description, e.description ?? "") && matches(x.account, e.account ?? ""));
}

/** What a rule would do to an entry that it is for: decide on it, or leave it to another rule, or to whoever has decided; or nobody owns its account, and it stays open. */
export interface Tried {
  entry: Entry;
  outcome: "decides" | "other" | "decided" | "nobody";
  by?: string; // the other rule
}

/** A rule among the others, tried on the entries of a month; undefined where a browser cannot say it. */
export function tried(rule: Rule, others: Rule[], entries: Entry[]): Tried[] | undefined {
  const ordered = inOrder([...others, rule]);
  try {
    return entries.filter((e) => (e.origin === "collected" || e.origin === "difference") && holds(rule, e)).map((entry): Tried => {
      const first = ordered.find((r) => holds(r, entry))!;
      if (entry.state !== "open" || entry.decided) return { entry, outcome: "decided" };
      if (first === rule && rule.action === "apply" && !rule.group && (entry.owner === "reseller" || entry.owner === "unassigned")) return { entry, outcome: "nobody" };
      return first === rule ? { entry, outcome: "decides" } : { entry, outcome: "other", by: first.id };
    });
  } catch {
    return undefined;
  }
}
