import { expect, it } from "vitest";

import { type Ageing, overdueOf, sumsOf, widths } from "./ageing";

const row = (customer: string, currency: string, not_due: string, late: string): Ageing => ({ customer, buyer: customer, currency, not_due, days_1_to_30: late, days_31_to_60: "0", days_61_to_90: "0", days_over_90: "0.1", credit: "-1", total: "0" });

it("sums in each currency, exactly", () => {
  const [eur, jpy] = sumsOf([row("a", "JPY", "5", "10"), row("b", "EUR", "0.1", "0.2"), row("c", "EUR", "0.2", "0")]);
  expect(eur).toMatchObject({ currency: "EUR", customers: 2, not_due: "0.3", overdue: "0.4", credit: "-2" });
  expect(jpy).toMatchObject({ currency: "JPY", customers: 1, days_1_to_30: "10" });
});

it("says what is due already, and how it is drawn", () => {
  expect(overdueOf(row("a", "JPY", "5", "10"))).toBe("10.1");
  expect(widths({ not_due: "25", days_1_to_30: "75", days_31_to_60: "0", days_61_to_90: "0", days_over_90: "0" })).toEqual([{ bucket: "not_due", width: 25 }, { bucket: "days_1_to_30", width: 75 }]);
  expect(widths({ not_due: "0", days_1_to_30: "0", days_31_to_60: "0", days_61_to_90: "0", days_over_90: "0" })).toEqual([]);
});
