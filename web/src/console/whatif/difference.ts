import type { Schema } from "../../api/query";
import { absolute, compare, isZero, minus, sum } from "../../ui/decimal";
import type { DryRun } from "./run";

type Group = Schema<"TrialGroupDifference">;
type PricedBy = Schema<"TrialPricedBy">;

/** What something comes to before and after, in one currency of the provider. */
export interface Moved {
  key: string;
  name: string;
  under?: string; // such as the customer of a group
  currency: string;
  before: string;
  after: string;
  difference: string;
}

export interface MovedGroup extends Moved {
  group: Group;
  invoiced?: { currency: string; before: string; after: string; difference: string };
}

/** The reseller's own customers: what a tier below sells on is in what its seller pays. */
const direct = (run: DryRun) => run.groups.filter((g) => !g.seller);

export const currenciesOf = (run: DryRun): string[] => [...new Set(run.totals.map((t) => t.currency))].sort();

export function groupsOf(run: DryRun, currency: string): MovedGroup[] {
  return run.groups.flatMap((group) => group.totals.filter((t) => t.currency === currency).map((t): MovedGroup => ({
    key: group.group, name: group.group, under: group.customer, currency, before: t.before, after: t.after, difference: t.difference, group,
    invoiced: t.invoiced && { currency: group.currency, ...t.invoiced },
  })));
}

/** By service, over all groups that the reseller bills itself, or over one. */
export function servicesOf(run: DryRun, currency: string, group?: string): Moved[] {
  return added(chosen(run, group).flatMap((g) => g.services.filter((s) => s.currency === currency).map((s) => ({ key: `${s.kind} ${s.code}`, name: s.service || s.code, under: s.kind, ...s }))));
}

/** By the rule that priced before and the one that prices after. */
export function rulesOf(run: DryRun, currency: string, group?: string): (Moved & { ruleBefore?: PricedBy; ruleAfter?: PricedBy; charges: number })[] {
  const rows = chosen(run, group).flatMap((g) => g.rules.filter((r) => r.currency === currency));
  const name = (by: PricedBy | null | undefined) => (by ? `${by.book ?? ""}/${by.rule ?? ""}${by.several ? "+" : ""}` : "");
  const made = new Map<string, Moved & { ruleBefore?: PricedBy; ruleAfter?: PricedBy; charges: number }>();
  for (const r of rows) {
    const key = `${name(r.rule_before)} > ${name(r.rule_after)}`;
    const known = made.get(key);
    made.set(key, {
      key, name: key, currency, ruleBefore: r.rule_before ?? undefined, ruleAfter: r.rule_after ?? undefined, charges: (known?.charges ?? 0) + r.charges_after,
      before: sum([known?.before ?? "0", r.before]), after: sum([known?.after ?? "0", r.after]), difference: sum([known?.difference ?? "0", r.difference]),
    });
  }
  return [...made.values()];
}

const chosen = (run: DryRun, group?: string) => (group ? run.groups.filter((g) => g.group === group) : direct(run));

function added(rows: Moved[]): Moved[] {
  const made = new Map<string, Moved>();
  for (const r of rows) {
    const known = made.get(r.key);
    const { key, name, under, currency } = r;
    made.set(key, { key, name, under, currency, before: sum([known?.before ?? "0", r.before]), after: sum([known?.after ?? "0", r.after]), difference: sum([known?.difference ?? "0", r.difference]) });
  }
  return [...made.values()];
}

/** Before, the parts that move most, what the rest moves, and after: they add up to the last digit. */
export function stepsOf(before: string, after: string, rows: Moved[], most: number, words: { before: string; after: string; rest: (count: number) => string }) {
  const moving = rows.filter((r) => !isZero(r.difference)).sort((a, b) => compare(absolute(b.difference), absolute(a.difference)));
  const shown = moving.slice(0, moving.length > most ? most - 1 : most);
  const rest = minus(minus(after, before), sum(shown.map((r) => r.difference)));
  const steps = [{ name: words.before, value: before, whole: true }, ...shown.map((r) => ({ name: r.name, value: r.difference, whole: false }))];
  if (!isZero(rest)) steps.push({ name: words.rest(moving.length - shown.length), value: rest, whole: false });
  return [...steps, { name: words.after, value: after, whole: true }];
}

/** The same without what stays: from nothing to the difference. For changes that are small beside the whole. */
export function changeSteps(before: string, after: string, rows: Moved[], most: number, words: { difference: string; rest: (count: number) => string }) {
  const [, ...steps] = stepsOf(before, after, rows, most, { before: "", after: words.difference, rest: words.rest });
  return steps.map((s) => (s.whole ? { ...s, value: minus(after, before) } : s));
}

/** Whether a difference would hardly be seen beside the whole: less than a tenth of it. */
export const small = (before: string, after: string): boolean => compare(sum(Array.from({ length: 10 }, () => absolute(minus(after, before)))), absolute(before)) < 0;

/** Groups whose sale is the reseller's own, for sums. */
export const isDirect = (row: MovedGroup) => !row.group.seller;
