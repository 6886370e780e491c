import type { Grain, Measure, Question } from "./question";
import type { Decimal } from "../decimal";

/** A sum. Measures that the source does not have are not there. */
export interface Sum extends Partial<Record<Exclude<Measure, "quantity">, Decimal>> {
  keys: string[]; // in the order of the question's dimensions
  date?: string; // where a grain is asked for
  other?: boolean; // the rest beside the top
  currency: string;
  quantity?: Decimal;
  unit?: string;
  lines: number;
}

export interface Dimension {
  dimension: string;
  tag?: string; // its key, where it is one
}

export interface KnownValue {
  value: string;
  label?: string;
  prices: Record<string, Decimal>;
}

/** Whom the explorer asks: the reseller's books, or a customer's own usage. */
export interface Source {
  /** Under which answers are kept. Two sources have two; with the organization, where answers depend on one. */
  key: string;
  /** What can be measured, the first from the start. */
  measures: readonly Measure[];
  /** What is summed by from the start. */
  by: string[];
  /** Grains; both where it is left out. */
  grains?: readonly Grain[];
  /** Under which saved views are kept, and in which organization. */
  page: string;
  organization?: string;
  ask: (question: Question, signal: AbortSignal) => Promise<Sum[]>;
  dimensions: (months: { from: string; to: string }, signal: AbortSignal) => Promise<Dimension[]>;
  values: (dimension: string, contains: string, months: { from: string; to: string }, signal: AbortSignal) => Promise<KnownValue[]>;
  /** The same sums as a table for spreadsheets, made by the server. */
  csv: (question: Question) => Promise<string>;
}
