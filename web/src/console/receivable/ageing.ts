import type { Schema } from "../../api/query";
import { type Decimal, position, sum } from "../../ui/decimal";

export type Ageing = Schema<"InvoiceAgeing">;

export const buckets = ["not_due", "days_1_to_30", "days_31_to_60", "days_61_to_90", "days_over_90"] as const;
export type Bucket = (typeof buckets)[number];

export type Sums = Record<Bucket | "credit" | "total" | "overdue", Decimal> & { currency: string; customers: number };

/** What is owed in each currency, by how long it has been due. */
export function sumsOf(rows: Ageing[]): Sums[] {
  return [...new Set(rows.map((r) => r.currency))].sort().map((currency) => {
    const own = rows.filter((r) => r.currency === currency);
    const of = (name: Bucket | "credit" | "total") => sum(own.map((r) => r[name]));
    return {
      currency, customers: new Set(own.map((r) => r.customer)).size,
      not_due: of("not_due"), days_1_to_30: of("days_1_to_30"), days_31_to_60: of("days_31_to_60"), days_61_to_90: of("days_61_to_90"), days_over_90: of("days_over_90"),
      credit: of("credit"), total: of("total"), overdue: sum(own.map(overdueOf)),
    };
  });
}

/** What of it is due already. */
export const overdueOf = (row: Record<Bucket, Decimal>): Decimal => sum([row.days_1_to_30, row.days_31_to_60, row.days_61_to_90, row.days_over_90]);

/** How wide each bucket is in a bar of what is owed, in percent; for pixels alone. */
export function widths(row: Record<Bucket, Decimal>): { bucket: Bucket; width: number }[] {
  const sizes = buckets.map((bucket) => ({ bucket, size: Math.max(0, position(row[bucket])) }));
  const whole = sizes.reduce((a, s) => a + s.size, 0);
  return whole === 0 ? [] : sizes.filter((s) => s.size > 0).map((s) => ({ bucket: s.bucket, width: (s.size / whole) * 100 }));
}
