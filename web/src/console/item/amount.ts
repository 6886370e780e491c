import Big from "big.js";

import type { Decimal } from "../../ui/decimal";

/** a × b, exact. */
export const times = (a: Decimal, b: Decimal): Decimal => new Big(a).times(b).toFixed();
