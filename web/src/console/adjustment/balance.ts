import Big from "big.js";

import type { Schema } from "../../api/query";
import { type Decimal, sum } from "../../ui/decimal";

export type Entry = Schema<"AdjustmentListed">;
/** An entry as single operations have it: without who owns it. */
export type Bare = Schema<"EntryEntry">;

export const states = ["open", "applied", "kept", "priced"] as const;
export type EntryState = (typeof states)[number];

export interface Standing {
  state: EntryState;
  count: number;
  sums: { currency: string; amount: Decimal }[];
}

/** What is where: how many entries are in each state, and what they come to. Divided ones count by their parts. */
export function balance(entries: Entry[]): Standing[] {
  return states.map((state) => {
    const those = entries.filter((e) => e.state === state);
    return { state, count: those.length, sums: sumsOf(those) };
  });
}

/** The sum of each currency. */
export function sumsOf(entries: { currency: string; amount: Decimal }[]): { currency: string; amount: Decimal }[] {
  const currencies = [...new Set(entries.map((e) => e.currency))].sort();
  return currencies.map((currency) => ({ currency, amount: sum(entries.filter((e) => e.currency === currency).map((e) => e.amount)) }));
}

/** The parts of an amount, equal in the digits of the currency; the first takes what rounding leaves, as the server has it. */
export function partsOf(amount: Decimal, count: number, digits: number): { first: Decimal; others: Decimal } | undefined {
  if (!Number.isInteger(count) || count < 2 || count > 120) return undefined;
  const others = new Big(amount).div(count).round(digits, Big.roundDown);
  return { first: new Big(amount).minus(others.times(count - 1)).toFixed(), others: others.toFixed() };
}

/** A decimal as somebody typed it, with the commas that people put in. */
export const typed = (text: string): string => text.trim().replace(/[,\s]/g, "").replace("−", "-");

/** A month so many after another. */
export function monthAfter(period: string, by: number): string {
  const [year, month] = period.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, month - 1 + by, 1)).toISOString().slice(0, 7);
}

/** Those months that an entry can be put into: all there are, and three that are still to come. */
export function months(period: string, periods: string[]): string[] {
  return [...new Set([...periods, ...[0, 1, 2, 3].map((by) => monthAfter(period, by))])].sort().reverse();
}
