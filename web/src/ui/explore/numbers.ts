import { type Decimal, isNegative, isZero, minus, position, ratio, sum } from "../decimal";
import type { Measure } from "./question";
import type { Sum } from "./source";

const zero: Decimal = "0";

export const amountOf = (row: Sum, measure: Measure): Decimal => row[measure] ?? zero;

/** What sums can be added in: the currency, of quantities the unit. */
export const scaleOf = (row: Sum, measure: Measure): string => (measure === "quantity" ? row.unit ?? "" : row.currency);

/** The currencies or units of an answer, that with the largest sum first. */
export function scalesOf(rows: Sum[], measure: Measure): string[] {
  const totals = new Map<string, Decimal>();
  for (const row of rows) {
    if (measure === "quantity" && row.quantity === undefined) continue;
    totals.set(scaleOf(row, measure), sum([totals.get(scaleOf(row, measure)) ?? zero, amountOf(row, measure === "quantity" ? "price" : measure)]));
  }
  return [...totals].sort((a, b) => Math.abs(position(b[1])) - Math.abs(position(a[1]))).map(([scale]) => scale);
}

/** A line of a chart: the sums of a key over the dates. */
export interface Course {
  key: string;
  other: boolean;
  values: (Decimal | undefined)[];
}

/** The sums of one scale by their first key, over all dates: the largest first, the rest at the end. */
export function coursesOf(rows: Sum[], measure: Measure, scale: string): { dates: string[]; courses: Course[] } {
  const ours = rows.filter((r) => scaleOf(r, measure) === scale);
  const dates = allDates(ours.map((r) => r.date ?? ""));
  const at = new Map(dates.map((d, i) => [d, i]));
  const courses = new Map<string, Course>();
  for (const row of ours) {
    const name = row.other ? "\u0000" : row.keys[0] ?? "";
    const course = courses.get(name) ?? { key: row.keys[0] ?? "", other: !!row.other, values: dates.map(() => undefined) };
    courses.set(name, course);
    const i = at.get(row.date ?? "")!;
    course.values[i] = sum([course.values[i] ?? zero, amountOf(row, measure)]);
  }
  const total = new Map([...courses.values()].map((c) => [c, position(totalOf(c.values))]));
  return { dates, courses: [...courses.values()].sort((a, b) => Number(a.other) - Number(b.other) || total.get(b)! - total.get(a)!) };
}

export const totalOf = (values: (Decimal | undefined)[]): Decimal => sum(values.filter((v) => v !== undefined));

/** All dates from the first to the last, those on which nothing is among them: days such as 2026-09-01 or months such as 2026-09. */
export function allDates(dates: string[]): string[] {
  const sorted = [...new Set(dates)].sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last || first === last) return sorted;
  const day = first.length === 10;
  const all: string[] = [];
  for (const d = new Date(`${day ? first : `${first}-01`}T00:00:00Z`); all.length < 1200; day ? d.setUTCDate(d.getUTCDate() + 1) : d.setUTCMonth(d.getUTCMonth() + 1)) {
    const now = d.toISOString().slice(0, first.length);
    if (now > last) break;
    all.push(now);
  }
  return all;
}

/** A row of the table: what is summed by, with every measure, each month, and what it was before. */
export interface Line {
  id: string;
  keys: string[];
  scale: string;
  currency: string;
  amounts: Partial<Record<Measure, Decimal>>;
  months: Record<string, Decimal>;
  before?: Decimal;
  change?: Decimal;
  share?: Decimal;
  lines: number;
}

const measures: Measure[] = ["price", "cost", "margin", "list_cost", "quantity"];

/** The rows of a table of one scale. What was there before and is not any more has a row, too. */
export function linesOf(rows: Sum[], before: Sum[] | undefined, measure: Measure, scale: string): Line[] {
  const found = new Map<string, Line>();
  const lineOf = (row: Sum): Line => {
    const id = [...row.keys, row.currency, row.unit ?? ""].join("\u0000");
    const line = found.get(id) ?? { id, keys: row.keys, scale, currency: row.currency, amounts: {}, months: {}, lines: 0 };
    found.set(id, line);
    return line;
  };
  for (const row of rows) {
    if (scaleOf(row, measure) !== scale) continue;
    const line = lineOf(row);
    for (const m of measures) if (row[m] !== undefined) line.amounts[m] = sum([line.amounts[m] ?? zero, row[m]]);
    if (row.date) line.months[row.date] = sum([line.months[row.date] ?? zero, amountOf(row, measure)]);
    line.lines += row.lines;
  }
  for (const row of before ?? []) {
    if (scaleOf(row, measure) !== scale) continue;
    const line = lineOf(row);
    line.before = sum([line.before ?? zero, amountOf(row, measure)]);
  }
  const lines = [...found.values()];
  const total = totalOf(lines.map((l) => l.amounts[measure]));
  for (const line of lines) {
    line.share = isZero(total) || isNegative(total) ? undefined : ratio(line.amounts[measure] ?? zero, total);
    if (before) {
      line.before ??= zero;
      line.change = minus(line.amounts[measure] ?? zero, line.before);
    }
  }
  return lines;
}

/** Boxes of a treemap: what is above zero, at most `most` of each parent, the rest as one. */
export function boxesOf(lines: Line[], measure: Measure, name: (line: Line, at: number) => string, rest: string, most = 40): { boxes: { name: string; of?: string; value: Decimal }[]; below: Decimal } {
  const of = (line: Line) => (line.keys.length > 1 ? name(line, 0) : undefined);
  const sums = new Map<string, { name: string; of?: string; value: Decimal }>();
  let below = zero;
  for (const line of lines) {
    const value = line.amounts[measure] ?? zero;
    if (isNegative(value)) below = sum([below, value]);
    if (isNegative(value) || isZero(value)) continue;
    const box = { name: name(line, Math.min(1, line.keys.length - 1)), of: of(line), value };
    const id = `${box.of}\u0000${box.name}`;
    sums.set(id, { ...box, value: sum([sums.get(id)?.value ?? zero, value]) });
  }
  const boxes = [...sums.values()].sort((a, b) => position(b.value) - position(a.value));
  const left = boxes.slice(0, most);
  for (const parent of new Set(boxes.slice(most).map((b) => b.of))) {
    left.push({ name: rest, of: parent, value: sum(boxes.slice(most).filter((b) => b.of === parent).map((b) => b.value)) });
  }
  return { boxes: left, below };
}
