import Big from "big.js";

import type { Schema } from "../../api/query";
import { type Decimal, minus, sum } from "../../ui/decimal";

export type Money = Schema<"InsightDashboardMoney">;
export type Day = Schema<"InsightDashboardDay">;
export type Owed = Schema<"InsightOwedMoney">;

/** A sum and the one that it is compared with. */
export interface Pair { now: Decimal; before?: Decimal }

export interface Compared { billed: Pair; cost: Pair; margin: Pair }

/**
 * What is compared: whole months where the month is over; else the first full days
 * of both, since a part of a month says nothing beside a whole one.
 */
export function compared(money: Money, days: number): Compared | undefined {
  if (days === 0) {
    const { now, before } = money;
    return before && { billed: { now: now.billed, before: before.billed }, cost: { now: now.cost, before: before.cost }, margin: { now: now.margin, before: before.margin } };
  }
  if (money.last_days.length === 0) return undefined;
  const of = (list: Day[]) => {
    const first = list.slice(0, days);
    const [billed, cost] = [sum(first.map((d) => d.price)), sum(first.map((d) => d.cost))];
    return { billed, cost, margin: minus(billed, cost) };
  };
  const [now, before] = [of(money.days), of(money.last_days)];
  return {
    billed: { now: now.billed, before: before.billed },
    cost: { now: now.cost, before: before.cost },
    margin: { now: now.margin, before: before.margin },
  };
}

/** The sums up to each day. */
export function running(values: Decimal[]): Decimal[] {
  let total = "0";
  return values.map((v) => (total = sum([total, v])));
}

/** A straight way from what there is to what is expected, from one day to the last; nothing before it. Only for the eye: the table has the two ends. */
export function wayTo(from: Decimal, to: Decimal, start: number, days: number): (Decimal | undefined)[] {
  const steps = days - 1 - start;
  return Array.from({ length: days }, (_, i) => {
    if (i < start || steps <= 0) return undefined;
    return new Big(to).minus(from).times(i - start).div(steps).plus(from).round(6).toFixed();
  });
}

export const daysIn = (period: string): number => {
  const [year, month] = period.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
};

export const buckets = ["not_due", "days_1_to_30", "days_31_to_60", "days_61_to_90", "days_over_90"] as const;
export type Bucket = (typeof buckets)[number];

export const overdue = (owed: Owed): Decimal => sum(buckets.slice(1).map((b) => owed[b]));
