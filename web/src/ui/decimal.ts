import Big from "big.js";

/** An exact decimal as the API has it, such as "-12.340000000001". */
export type Decimal = string;

/** The sum, exact. */
export const sum = (values: Iterable<Decimal>): Decimal => {
  let total = new Big(0);
  for (const value of values) total = total.plus(value);
  return total.toFixed();
};

export const minus = (a: Decimal, b: Decimal): Decimal => new Big(a).minus(b).toFixed();

/** a / b to so many digits behind the point; undefined where b is 0. */
export const ratio = (a: Decimal, b: Decimal, digits = 6): Decimal | undefined => (new Big(b).eq(0) ? undefined : new Big(a).div(b).round(digits).toFixed());

export const compare = (a: Decimal, b: Decimal): number => new Big(a).cmp(b);
export const isZero = (a: Decimal): boolean => new Big(a).eq(0);
export const isNegative = (a: Decimal): boolean => new Big(a).lt(0);
export const absolute = (a: Decimal): Decimal => new Big(a).abs().toFixed();
export const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

/** Where a value lies in a chart: the one place where an amount becomes a number, for pixels alone. */
export const position = (a: Decimal): number => Number(a);
