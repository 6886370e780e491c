import type { Schema } from "../../api/query";
import { absolute, isZero, minus, position, sum } from "../../ui/decimal";
import type { Formats } from "../../ui/format";

export type Money = Schema<"InsightOverviewMoney">;
type Changed = Schema<"InsightChange">;

/** A sentence: its text's key in the namespace, and what is filled in. */
export interface Sentence {
  key: string;
  values: Record<string, string>;
  /** Whether the reader pays more by it. */
  more: boolean;
}

/** Words for a unit of the provider; the unit itself where there are none. */
type Unit = (unit: string) => string;

/** What a change says, with its amount and the reason for it. */
export function sentenceOf(c: Changed, currency: string, f: Formats, unit: Unit): Sentence {
  const more = !c.change.startsWith("-");
  const values: Record<string, string> = {
    account: c.account_name || c.account,
    service: c.service ?? "",
    usage: c.usage_type ?? "",
    amount: f.money(absolute(c.change), currency),
    growth: f.growth(c.before, c.after, 0),
    after: f.money(c.after, currency),
    before: f.money(c.before, currency),
  };
  if (c.kind === "new" || c.kind === "gone") return { key: `${c.kind}.${c.service ? (c.usage_type ? "usage" : "service") : "account"}`, values, more };
  const way = more ? "rose" : "fell";
  if (c.kind === "mixed") {
    return { key: `mixed.${way}`, values: { ...values, byUsage: f.change(c.usage_effect, currency), byPrice: f.change(c.price_effect, currency) }, more };
  }
  if (c.kind === "dearer" || c.kind === "cheaper") return { key: `price.${way}`, values, more };
  const quantity = c.quantity_before !== undefined && c.quantity_after !== undefined && c.unit ? minus(c.quantity_after, c.quantity_before) : undefined;
  if (quantity === undefined || isZero(quantity)) return { key: `use.${way}`, values, more };
  return { key: `quantity.${way}`, values: { ...values, quantity: f.number(absolute(quantity), rounded(quantity)), unit: unit(c.unit!) }, more };
}

/** Digits behind the point: none where there are enough before it. */
const rounded = (quantity: string) => (absolute(quantity).split(".")[0]!.length > 2 ? 0 : absolute(quantity).startsWith("0.") ? 3 : 1);

/** The first sentence: what the month comes to, or is heading for, beside the month before. */
export function headline(m: Money, over: boolean, months: { period: string; against: string }, f: Formats): Sentence | undefined {
  const amount = over ? m.to_date : m.forecast?.amount;
  if (amount === undefined) return undefined;
  const values: Record<string, string> = { month: f.period(months.period), last: f.period(months.against), amount: f.money(amount, m.currency) };
  const tense = over ? "was" : "willBe";
  if (m.last_month === undefined) return { key: `${tense}.alone`, values, more: false };
  const difference = minus(amount, m.last_month);
  if (isZero(difference)) return { key: `${tense}.same`, values, more: false };
  const more = !difference.startsWith("-");
  return { key: `${tense}.${more ? "more" : "less"}`, values: { ...values, difference: f.money(absolute(difference), m.currency), growth: f.growth(m.last_month, amount) }, more };
}

/** Sums day by day: each the sum of all before it. */
export function cumulated(days: { day: string; amount: string }[], count: number): (string | undefined)[] {
  const of = new Map(days.map((d) => [Number(d.day.slice(8, 10)), d.amount]));
  const last = Math.max(0, ...of.keys());
  let so = "0";
  return Array.from({ length: count }, (_, i) => {
    if (i + 1 > last) return undefined;
    so = sum([so, of.get(i + 1) ?? "0"]);
    return so;
  });
}

/** The line from what there is to what is expected at the end of the month, and its band: for pixels, in even steps. */
export function expected(m: Money, count: number, through: number): { line: (string | undefined)[]; low: (string | undefined)[]; high: (string | undefined)[] } {
  const steps = count - through;
  const to = (end: string) => Array.from({ length: count }, (_, i) => {
    const step = i + 1 - through;
    if (step < 0 || steps <= 0) return undefined;
    return (position(m.to_date) + ((position(end) - position(m.to_date)) * step) / steps).toFixed(4);
  });
  if (!m.forecast) return { line: [], low: [], high: [] };
  const line = to(m.forecast.amount);
  if (line.length > 0 && steps > 0) line[count - 1] = m.forecast.amount;
  return { line, low: to(m.forecast.low), high: to(m.forecast.high) };
}

export const daysIn = (period: string): number => new Date(Date.UTC(Number(period.slice(0, 4)), Number(period.slice(5, 7)), 0)).getUTCDate();
