import { describe, expect, it } from "vitest";

import { formats } from "../../ui/format";
import { cumulated, daysIn, expected, headline, sentenceOf, type Money } from "./sentence";

const f = formats("en");
const unit = (name: string) => name;
const change = { kind: "more_usage", account: "1234", account_name: "Production", service: "Amazon EC2", usage_type: "m5.large", before: "100", after: "118", change: "18", usage_effect: "18", price_effect: "0", quantity_before: "400", quantity_after: "720", unit: "Hrs" };

describe("sentenceOf", () => {
  it("says how much more was used", () => {
    expect(sentenceOf(change, "USD", f, unit)).toEqual({ key: "quantity.rose", more: true, values: expect.objectContaining({ account: "Production", amount: "$18.00", growth: "+18%", quantity: "320", unit: "Hrs" }) as object });
  });
  it("speaks of prices, of both, and of use without a unit", () => {
    expect(sentenceOf({ ...change, kind: "cheaper", change: "-3" }, "USD", f, unit).key).toBe("price.fell");
    expect(sentenceOf({ ...change, kind: "mixed", price_effect: "-2" }, "USD", f, unit).values.byPrice).toBe("−$2.00");
    expect(sentenceOf({ ...change, unit: undefined }, "USD", f, unit).key).toBe("use.rose");
  });
  it("speaks of what is new and gone", () => {
    expect(sentenceOf({ ...change, kind: "new", usage_type: undefined, before: "0" }, "USD", f, unit).key).toBe("new.service");
    expect(sentenceOf({ ...change, kind: "gone", service: undefined, change: "-5", after: "0" }, "USD", f, unit)).toMatchObject({ key: "gone.account", more: false });
  });
});

const money: Money = { currency: "USD", to_date: "60", last_month: "280", forecast: { amount: "300", low: "290", high: "310", days: 7 }, days: [{ day: "2026-10-01", amount: "10" }, { day: "2026-10-03", amount: "20.5" }], last_days: [] };

describe("a month", () => {
  it("is said beside the one before", () => {
    const months = { period: "2026-10", against: "2026-09" };
    expect(headline(money, false, months, f)).toMatchObject({ key: "willBe.more", values: { difference: "$20.00", growth: "+7.1%" } });
    expect(headline(money, true, months, f)).toMatchObject({ key: "was.less", values: { difference: "$220.00" } });
    expect(headline({ ...money, forecast: undefined }, false, months, f)).toBeUndefined();
  });
  it("adds up by day", () => {
    expect(cumulated(money.days, 4)).toEqual(["10", "10", "30.5", undefined]);
    expect(daysIn("2026-02")).toBe(28);
  });
  it("is expected to end at the forecast", () => {
    const { line, low } = expected(money, 31, 3);
    expect([line[1], line[2], line[30], low[30]]).toEqual([undefined, "60.0000", "300", "290.0000"]);
  });
});
