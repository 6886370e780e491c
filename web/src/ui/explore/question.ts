import { monthBefore } from "../period";

export type Measure = "price" | "cost" | "margin" | "list_cost" | "quantity";
export type Grain = "day" | "month";
export type Drawn = "bars" | "lines" | "treemap";

/** Keeps what has one of the values of a dimension, or with `not` none of them; an empty value is having none. */
export interface Condition {
  dimension: string;
  not: boolean;
  values: string[];
}

/** A step into one value: what was summed by before, and the condition that was added. */
export interface Step {
  by: string[];
  condition: Condition;
}

/** What the address of the page says is looked at. */
export interface Look {
  measure: Measure;
  by: string[];
  where: Condition[];
  steps: Step[];
  /** So many months up to the chosen one; 0 where `from` and `to` say which. */
  span: number;
  from: string;
  to: string;
  grain: Grain;
  drawn: Drawn;
  top: number;
  compared: boolean;
  /** The currency or unit that is drawn, where there are several. */
  scale: string;
}

/** What is asked of the server. */
export interface Question {
  from: string;
  to: string;
  by: string[];
  grain?: Grain;
  where: string[];
  top?: number;
}

export const mostBy = 3;
export const spans = [1, 3, 6, 12];
export const tops = [5, 8, 12, 20];
const mostMonths = 36;

const isMonth = (text: string | null): text is string => text !== null && /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
const oneOf = <V extends string>(text: string | null, all: readonly V[], first: V): V => all.find((v) => v === text) ?? first;

/** Reads the address; what it does not say is as it is from the start. */
export function lookOf(params: URLSearchParams, month: string, start: { measures: readonly Measure[]; by: string[] }): Look {
  const custom = isMonth(params.get("from"));
  const span = custom ? 0 : spans.find((n) => String(n) === params.get("span")) ?? 1;
  const [from, to] = custom ? ordered(params.get("from")!, params.get("to")) : [monthBefore(month, span - 1), month];
  const measure = oneOf(params.get("measure"), start.measures, start.measures[0]!);
  const by = params.has("by") ? params.get("by")!.split(",").filter(Boolean).slice(0, mostBy) : start.by;
  return {
    measure,
    by: measure === "quantity" && !by.includes("usage_type") ? ["usage_type", ...by].slice(0, mostBy) : by,
    where: params.getAll("where").flatMap((text) => parseCondition(text) ?? []),
    steps: params.getAll("step").flatMap((text) => parseStep(text) ?? []),
    span, from, to,
    grain: oneOf(params.get("grain"), ["day", "month"], monthsBetween(from, to) > 2 ? "month" : "day"),
    drawn: oneOf(params.get("draw"), ["bars", "lines", "treemap"], "bars"),
    top: tops.find((n) => String(n) === params.get("top")) ?? 8,
    compared: params.get("compare") === "before",
    scale: params.get("scale") ?? "",
  };
}

function ordered(from: string, asked: string | null): [string, string] {
  const to = isMonth(asked) ? asked : from;
  return from <= to ? [from, to] : [to, from];
}

/** The address with something changed in it. What is none of ours stays. */
export function changed(params: URLSearchParams, change: Partial<Look>): URLSearchParams {
  const next = new URLSearchParams(params);
  const put = (name: string, value: string | undefined) => (value === undefined ? next.delete(name) : next.set(name, value));
  const list = (name: string, values: string[]) => { next.delete(name); for (const v of values) next.append(name, v); };
  if (change.measure !== undefined) { put("measure", change.measure); next.delete("scale"); }
  if (change.by) put("by", change.by.join(","));
  if (change.by?.includes("margin_source")) put("measure", "margin"); // sources divide nothing else
  if (change.where) list("where", change.where.map(formatCondition));
  if (change.steps) list("step", change.steps.map(formatStep));
  if (change.span !== undefined) { put("span", change.span > 1 ? String(change.span) : undefined); next.delete("from"); next.delete("to"); next.delete("grain"); }
  if (change.from) { put("from", change.from); next.delete("span"); }
  if (change.to) put("to", change.to);
  if (change.grain) put("grain", change.grain);
  if (change.drawn) put("draw", change.drawn === "bars" ? undefined : change.drawn);
  if (change.top) put("top", String(change.top));
  if (change.compared !== undefined) put("compare", change.compared ? "before" : undefined);
  if (change.scale !== undefined) put("scale", change.scale || undefined);
  return next;
}

/** The part of an address that a saved view keeps: all but the chosen month. */
export function kept(params: URLSearchParams): string {
  const next = new URLSearchParams(params);
  next.delete("month");
  return next.toString();
}

export function monthsBetween(from: string, to: string): number {
  const [a, b] = [from, to].map((m) => m.split("-").map(Number) as [number, number]) as [[number, number], [number, number]];
  return Math.min(mostMonths, (b[0] - a[0]) * 12 + b[1] - a[1] + 1);
}

/** The same number of months before those that are looked at. */
export function monthsBefore(look: Pick<Look, "from" | "to">): { from: string; to: string } {
  const count = monthsBetween(look.from, look.to);
  return { from: monthBefore(look.from, count), to: monthBefore(look.to, count) };
}

export const allConditions = (look: Look): Condition[] => [...look.where, ...look.steps.map((s) => s.condition)];

/** Goes into a value of the first dimension: only it is left, and the next dimension is looked at, or one that follows from experience. */
export function stepInto(look: Look, values: { dimension: string; value: string }[], known: string[]): Partial<Look> {
  const steps = [...look.steps];
  let by = look.by;
  for (const { dimension, value } of values) {
    steps.push({ by, condition: { dimension, not: false, values: [value] } });
    by = by.filter((d) => d !== dimension);
  }
  if (by.length > 0) return { steps, by };
  const used = new Set([...allConditions({ ...look, steps }).filter((c) => !c.not && c.values.length === 1).map((c) => c.dimension)]);
  if (used.has("account_name")) used.add("account");
  const next = ["customer", "group", "account", "service", "usage_type", "region"].find((d) => known.includes(d) && !used.has(d) && !(d === "group" && used.has("customer")));
  return { steps, by: next ? [next] : [] };
}

/** Goes back to where a step was made from. */
export const stepBack = (look: Look, to: number): Partial<Look> => ({ by: look.steps[to]!.by, steps: look.steps.slice(0, to) });

/** Reads DIMENSION:in:VALUE|VALUE or DIMENSION:not:VALUE|VALUE, as the server does. */
export function parseCondition(text: string): Condition | undefined {
  const found = /^(.+?):(in|not):/s.exec(text);
  if (!found) return undefined;
  const values = [""];
  for (let i = found[0].length; i < text.length; i++) {
    if (text[i] === "|") values.push("");
    else {
      if (text[i] === "\\") i++;
      values[values.length - 1] += text[i] ?? "";
    }
  }
  return { dimension: found[1]!, not: found[2] === "not", values };
}

export const formatCondition = (c: Condition): string => `${c.dimension}:${c.not ? "not" : "in"}:${c.values.map((v) => v.replace(/[\\|]/g, "\\$&")).join("|")}`;

const formatStep = (s: Step): string => `${s.by.join(",")};${formatCondition(s.condition)}`;

function parseStep(text: string): Step | undefined {
  const end = text.indexOf(";");
  const condition = end < 0 ? undefined : parseCondition(text.slice(end + 1));
  return condition && { by: text.slice(0, end).split(",").filter(Boolean), condition };
}
