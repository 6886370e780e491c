import type { Decimal } from "../decimal";

/** Amounts by series and category; a category that a series lacks is 0 in bars and a gap in lines. */
export interface Series {
  name: string;
  values: (Decimal | undefined)[];
  /** A name of tokens.css, such as "--provider-aws"; else the next of the series. "other" is grey. */
  colour?: string;
  /** Lines: dashed, as what is expected is. */
  dashed?: boolean;
}

interface Common {
  /** Of the amounts; without it they are plain numbers. */
  currency?: string;
  /** Shares such as "0.5", shown as 50%. */
  share?: boolean;
}

/** What a chart draws, free of how. */
export type Drawing =
  | (Common & { kind: "bars"; categories: string[]; series: Series[]; stacked?: boolean; sideways?: boolean })
  | (Common & { kind: "lines"; categories: string[]; series: Series[]; area?: boolean; band?: { name: string; low: (Decimal | undefined)[]; high: (Decimal | undefined)[]; colour?: string } })
  | (Common & { kind: "treemap"; boxes: { name: string; value: Decimal; of?: string }[] })
  | (Common & { kind: "waterfall"; steps: { name: string; value: Decimal; whole?: boolean }[] })
  | (Common & { kind: "heat"; columns: string[]; rows: string[]; cells: { column: number; row: number; value: Decimal | undefined; note?: string }[]; most: Decimal })
  | (Common & { kind: "flow"; links: { from: string; to: string; value: Decimal }[] });

/** What was clicked; of a treemap with the names from the outside to it. */
export interface Pick {
  series: string;
  category: string;
  index: number;
  path?: string[];
}
