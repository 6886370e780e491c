// A price book as the configuration has it, with what a form needs to know of it.

/** A text, one of several, or parts that must all hold. */
export type Pattern = string | string[] | PatternParts;

export interface PatternParts {
  equal?: string[];
  prefix?: string;
  suffix?: string;
  contains?: string;
  like?: string;
  regex?: string;
  not?: Pattern;
}

/** The attributes of a line that a rule can name, in the order of a book's text. */
export const fields = ["provider", "payer", "bill_type", "billing_entity", "line_type", "charge_category", "service", "region", "usage_type", "operation", "sku", "instance_type", "description"] as const;
export type Field = (typeof fields)[number];
export const classes = ["usage", "commitment-fee", "marketplace", "entry"] as const;
export type Class = (typeof classes)[number];

export type Match = { class?: Class | Class[]; tags?: Record<string, Pattern>; cost_categories?: Record<string, Pattern> } & Partial<Record<Field, Pattern>>;

export interface Tier {
  up_to?: string;
  unit_price?: string;
  percent?: string;
}

export interface Rule {
  name: string;
  match: Match;
  base?: string;
  percent?: string;
  unit_price?: string;
  tiers?: Tier[];
  keep?: boolean;
  exclude?: boolean;
  fee?: string;
  floor?: string;
  cap?: string;
  not_below?: string;
  not_above?: string;
  bill_free_tier?: boolean;
  round_unit_to?: string;
  managed?: string;
  from?: string;
  to?: string;
}

export type Line = { class?: Class; day?: string; usage?: string; cost?: string; list_cost?: string; free_tier_rate?: string; tags?: Record<string, string>; cost_categories?: Record<string, string> } & Partial<Record<Field, string>>;

export interface Example {
  line: Line;
  expect: { price?: string; rule?: string; managed?: string; excluded?: boolean };
}

export interface PriceBook {
  id: string;
  order?: "first" | "most-specific";
  then?: "parent";
  rules: Rule[];
  examples?: Example[];
}

/** What a rule does with the cost: one of these. */
export const ways = ["percent", "unit_price", "tiers", "keep", "exclude", "none"] as const;
export type Way = (typeof ways)[number];

export function wayOf(rule: Rule): Way {
  if (rule.exclude) return "exclude";
  if (rule.tiers) return "tiers";
  if (rule.unit_price !== undefined) return "unit_price";
  if (rule.percent !== undefined) return "percent";
  return rule.keep ? "keep" : "none";
}

/** The rules with one of them at another place. */
export function moved(rules: Rule[], from: number, to: number): Rule[] {
  const next = [...rules];
  const [rule] = next.splice(from, 1);
  next.splice(to, 0, rule!);
  return next;
}

/** A name that no other rule has. */
export function freeName(rules: Rule[], wanted: string): string {
  const taken = new Set(rules.map((r) => r.name));
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted} ${n}`;
    if (!taken.has(name)) return name;
  }
}

/** How a rule stands to the book in force: by its name. */
export function standing(rule: Rule, declared: PriceBook | undefined): "same" | "new" | "changed" {
  const before = declared?.rules.find((r) => r.name === rule.name);
  if (!before) return "new";
  return same(before, rule) ? "same" : "changed";
}

/** Whether two values of JSON are equal, whatever the order of their fields. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, ordered(v)]));
}
