import type { Verified } from "../known";

export type Rule = Verified["rules"][number];
export type Condition = NonNullable<Rule["conditions"]>[number];

export const fields = ["account", "account_name", "service", "region", "usage_type", "resource", "description", "category"] as const;
export const tag = "tag";
export const tests = ["is", "not", "contains", "not_contains"] as const;
export type Test = (typeof tests)[number];
export const whens = ["all", "any", "always"] as const;
export type When = (typeof whens)[number];
export const owners = ["project", "customer", "account"] as const;
export type Owner = (typeof owners)[number];

/** A condition as a line of the form. */
export interface Line {
  field: string; // one of fields, or tag
  key: string; // of a tag
  test: Test;
  text: string;
}

export const lineOf = (c: Condition): Line => {
  const test = tests.find((x) => c[x]) ?? "is";
  const isTag = c.field.startsWith("tag:");
  return { field: isTag ? tag : c.field, key: isTag ? c.field.slice(4) : "", test, text: c[test] ?? "" };
};

const conditionOf = (l: Line): Condition => ({ field: l.field === tag ? `tag:${l.key.trim()}` : l.field, [l.test]: l.text });

/** Who gets the rows. */
export const ownerOf = (rule: Pick<Rule, "give_to">): { kind: Owner; id: string } => {
  const kind = owners.find((o) => rule.give_to[o]) ?? "project";
  return { kind, id: rule.give_to[kind] ?? "" };
};

export interface Draft {
  name: string; // the rule's id without its number
  source: string;
  when: When;
  lines: Line[];
  owner: Owner;
  id: string; // of the owner
  goOn: boolean;
}

export const draftOf = (rule?: Rule): Draft => {
  const to = rule ? ownerOf(rule) : { kind: "project" as const, id: "" };
  return {
    name: rule ? parted(rule.id).name : "", source: rule?.source ?? "", when: (rule?.when as When | undefined) || "all",
    lines: rule?.conditions?.map(lineOf) ?? (rule ? [] : [{ field: "account", key: "", test: "is", text: "" }]), owner: to.kind, id: to.id, goOn: rule?.go_on ?? false,
  };
};

export const whole = (d: Draft): boolean =>
  d.name !== "" && d.id.trim() !== "" && (d.when === "always" || (d.lines.length > 0 && d.lines.every((l) => l.text !== "" && (l.field !== tag || l.key.trim() !== ""))));

export const ruleOf = (d: Draft, id: string): Rule => ({
  id, ...(d.source ? { source: d.source } : {}), ...(d.when === "all" ? {} : { when: d.when }),
  ...(d.when === "always" ? {} : { conditions: d.lines.map(conditionOf) }), give_to: { [d.owner]: d.id.trim() }, ...(d.goOn ? { go_on: true } : {}),
});

// Rules hold in the order of their ids, as the configuration keeps them. A number in
// front of the name therefore says which place a rule has.

const step = 100;
const most = 9999;

/** A rule's id taken apart: its number, where it has one, and its name. */
export function parted(id: string): { number?: number; name: string } {
  const found = /^(\d{4})-(.+)$/.exec(id);
  return found ? { number: parseInt(found[1]!, 10), name: found[2]! } : { name: id };
}

const idOf = (number: number, name: string) => `${String(number).padStart(4, "0")}-${name}`;

/** Rules in the order in which they hold. */
export const inOrder = <T extends { id: string }>(rules: T[]): T[] => [...rules].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

/** The id of a rule that holds after all others. */
export function lastId(name: string, rules: { id: string }[]): string {
  const highest = inOrder(rules).at(-1);
  if (!highest) return idOf(step, name);
  const number = parted(highest.id).number ?? most;
  return [idOf(Math.min(most, number - (number % step) + step), name), name].find((id) => id > highest.id) ?? `${highest.id}-${name}`;
}

/**
 * The ids that rules need to hold in this order: of a rule that was moved to `at` only
 * its own is another one where there is room between its neighbours; else all get
 * new numbers. Of those that are not in the answer the id stays.
 */
export function renamed(wanted: { id: string }[], at: number): Map<string, string> {
  const numbers = wanted.map((r) => parted(r.id).number);
  const others = numbers.filter((_, i) => i !== at);
  const distinct = new Set(others).size === others.length;
  if (others.every((n) => n !== undefined) && distinct) {
    const [before, after] = [numbers[at - 1] ?? 0, numbers[at + 1] ?? (numbers[at - 1] ?? 0) + 2 * step];
    const between = Math.floor((before + after) / 2);
    if (between > before && between < after && between <= most) return new Map([[wanted[at]!.id, idOf(between, parted(wanted[at]!.id).name)]]);
  }
  const by = Math.max(1, Math.min(step, Math.floor(most / Math.max(1, wanted.length))));
  return new Map(wanted.map((r, i): [string, string] => [r.id, idOf((i + 1) * by, parted(r.id).name)]).filter(([was, is]) => was !== is));
}
