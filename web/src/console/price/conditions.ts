import { type Class, type Field, fields, type Match, type Pattern, type PatternParts, same } from "./book";

/** How a condition compares: the text itself, or a part of it. */
export const comparisons = ["is", "prefix", "suffix", "contains", "like", "regex"] as const;
export type Comparison = (typeof comparisons)[number];

/** A line of the form: "usage type begins with APN1-". Those of one field must all hold. */
export interface Condition {
  field: Field | "tags" | "cost_categories";
  name?: string; // of a tag or cost category
  not: boolean;
  how: Comparison;
  values: string[]; // several only with "is"
}

/** A match as conditions; undefined where a form cannot say it, as a "not" within a "not". */
export function conditionsOf(match: Match): Condition[] | undefined {
  const all: Condition[] = [];
  const add = (field: Condition["field"], pattern: Pattern, name?: string) => all.push(...partsOf(pattern).map((part) => ({ field, ...(name === undefined ? {} : { name }), ...part })));
  for (const field of fields) if (match[field] !== undefined) add(field, match[field]);
  for (const kind of ["tags", "cost_categories"] as const) for (const [name, pattern] of Object.entries(match[kind] ?? {})) add(kind, pattern, name);
  return same(loose(matchOf(all, classesOf(match))), loose(match)) ? all : undefined;
}

export const classesOf = (match: Match): Class[] => (match.class === undefined ? [] : Array.isArray(match.class) ? match.class : [match.class]);

/** The match that conditions say. Of two positive ones of a kind and field the last holds. */
export function matchOf(conditions: Condition[], of: Class[]): Match {
  const match: Match = {};
  if (of.length) match.class = of.length === 1 ? of[0]! : of;
  for (const condition of conditions) {
    if (condition.values.length === 0) continue;
    if (condition.field === "tags" || condition.field === "cost_categories") {
      const named = (match[condition.field] ??= {});
      named[condition.name ?? ""] = joined(named[condition.name ?? ""], condition);
    } else {
      match[condition.field] = joined(match[condition.field], condition);
    }
  }
  return match;
}

/** The conditions that a pattern is made of. */
export function partsOf(pattern: Pattern, not = false): Omit<Condition, "field">[] {
  if (typeof pattern === "string") return [{ not, how: "is", values: [pattern] }];
  if (Array.isArray(pattern)) return [{ not, how: "is", values: pattern }];
  const own = comparisons.flatMap((how): Omit<Condition, "field">[] => {
    if (how === "is") return pattern.equal ? [{ not, how, values: pattern.equal }] : [];
    return pattern[how] === undefined ? [] : [{ not, how, values: [pattern[how]] }];
  });
  return pattern.not === undefined || not ? own : [...own, ...partsOf(pattern.not, true)];
}

/** A pattern with one more condition. */
export function joined(before: Pattern | undefined, { not, how, values }: Omit<Condition, "field" | "name">): Pattern {
  const one: Pattern = how === "is" ? (values.length === 1 ? values[0]! : values) : { [how]: values[0] };
  if (before === undefined && !not) return one;
  const parts: PatternParts = before === undefined ? {} : typeof before === "string" ? { equal: [before] } : Array.isArray(before) ? { equal: before } : before;
  if (!not) return { ...parts, ...(typeof one === "string" ? { equal: [one] } : Array.isArray(one) ? { equal: one } : one) };
  return { ...parts, not: parts.not === undefined ? one : { ...(parts.not as PatternParts), ...(one as PatternParts) } };
}

/** With one way to write what can be written in two: a text, or a list of one. */
export function loose(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? value[0] : value;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([k, v]) => [k, loose(v)] as const);
  if (entries.length === 1 && entries[0]![0] === "equal") return entries[0]![1];
  return Object.fromEntries(entries);
}
