import { type Decimal, ratio } from "../../ui/decimal";

export type By = "used" | "inside" | "alone";

interface Hour {
  day: string;
  hour: number;
  available: Decimal;
  used: Decimal;
  inside: Decimal;
  alone: Decimal;
}

/** The share of what was there in an hour that was used; undefined where nothing was there. */
export const shareOf = (hour: Hour, by: By): Decimal | undefined => ratio(hour[by], hour.available, 4);

/** Hours as a field of days and hours of the day. */
export function heatOf<H extends Hour>(hours: H[], slot: number, by: By): { columns: string[]; rows: number[]; cells: { column: number; row: number; share: Decimal | undefined; hour: H }[] } {
  const columns = [...new Set(hours.map((h) => h.day))].sort();
  const rows = slot >= 24 ? [0] : [...new Set(hours.map((h) => h.hour))].sort((a, b) => a - b);
  const [atDay, atHour] = [new Map(columns.map((d, i) => [d, i])), new Map(rows.map((h, i) => [h, i]))];
  return { columns, rows, cells: hours.map((hour) => ({ column: atDay.get(hour.day)!, row: slot >= 24 ? 0 : atHour.get(hour.hour)!, share: shareOf(hour, by), hour })) };
}

/** Where a time lies between two, from 0 to 1. */
export function placeOf(time: string, from: string, to: string): number {
  const [t, a, b] = [time, from, to].map(Date.parse) as [number, number, number];
  return b <= a ? 0 : Math.max(0, Math.min(1, (t - a) / (b - a)));
}
