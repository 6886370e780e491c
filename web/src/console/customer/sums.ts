import type { Schema } from "../../api/query";
import { sum } from "../../ui/decimal";

type Explored = Schema<"ExploreRow">;

/** What something costs, what is asked for it, and what stays; in one currency. */
export interface Sums {
  currency: string;
  price: string;
  cost?: string; // not known of what is sold on by somebody else
  margin?: string;
}

/** Adds up exactly, for each key and month and currency: `sums.get("acme 2026-10")`. */
export function sumsBy(rows: Explored[], keyOf: (row: Explored) => string): Map<string, Sums[]> {
  const parts = new Map<string, Map<string, Explored[]>>();
  for (const row of rows) {
    const key = `${keyOf(row)} ${row.date ?? ""}`;
    const currencies = parts.get(key) ?? new Map<string, Explored[]>();
    currencies.set(row.currency, [...(currencies.get(row.currency) ?? []), row]);
    parts.set(key, currencies);
  }
  return new Map([...parts].map(([key, currencies]) => [key, [...currencies].map(([currency, of]): Sums => ({
    currency, price: sum(of.map((r) => r.price)), cost: sum(of.map((r) => r.cost)), margin: sum(of.map((r) => r.margin)),
  }))]));
}

/** The sums of several things together, for each currency. */
export function together(of: Sums[][]): Sums[] {
  const currencies = [...new Set(of.flat().map((s) => s.currency))].sort();
  return currencies.map((currency): Sums => {
    const parts = of.flat().filter((s) => s.currency === currency);
    const known = (field: "cost" | "margin") => (parts.some((p) => p[field] === undefined) ? undefined : sum(parts.map((p) => p[field]!)));
    return { currency, price: sum(parts.map((p) => p.price)), cost: known("cost"), margin: known("margin") };
  });
}
