import { expect, it } from "vitest";

import { allConditions, changed, formatCondition, kept, lookOf, monthsBefore, parseCondition, stepBack, stepInto } from "./question";

const start = { measures: ["price", "cost", "margin", "list_cost", "quantity"] as const, by: ["customer"] };
const read = (query: string) => lookOf(new URLSearchParams(query), "2026-09", start);

it("says what is looked at from the start", () => {
  expect(read("")).toMatchObject({ measure: "price", by: ["customer"], from: "2026-09", to: "2026-09", grain: "day", drawn: "bars", where: [], steps: [] });
  expect(read("span=3")).toMatchObject({ from: "2026-07", to: "2026-09", grain: "month" });
  expect(read("from=2026-08&to=2026-02")).toMatchObject({ from: "2026-02", to: "2026-08", span: 0 });
});

it("leaves nonsense out", () => {
  expect(read("measure=joy&by=a,b,c,d&where=x&grain=year&step=none&from=2026-13")).toMatchObject({ measure: "price", by: ["a", "b", "c"], where: [], steps: [], grain: "day", from: "2026-09" });
});

it("reads conditions as they are written, whatever is in the values", () => {
  for (const c of [{ dimension: "tag:a", not: false, values: ["x|y", "\\", ""] }, { dimension: "region", not: true, values: ["eu-west-1", "a:in:b"] }]) {
    const text = formatCondition(c);
    expect(parseCondition(text)?.values).toEqual(c.values);
  }
  expect(parseCondition("region:not:a|b\\|c|")).toEqual({ dimension: "region", not: true, values: ["a", "b|c", ""] });
});

it("goes into a value and back", () => {
  let params = new URLSearchParams("by=customer,service&month=2026-09");
  params = changed(params, stepInto(read(params.toString()), [{ dimension: "customer", value: "a;b" }], start.by));
  let look = read(params.toString());
  expect(look.by).toEqual(["service"]);
  expect(allConditions(look)).toEqual([{ dimension: "customer", not: false, values: ["a;b"] }]);
  params = changed(params, stepInto(look, [{ dimension: "service", value: "S3" }], ["customer", "group", "account", "service", "region"]));
  look = read(params.toString());
  expect(look.by).toEqual(["account"]);
  look = read(changed(params, stepBack(look, 0)).toString());
  expect([look.by, look.steps]).toEqual([["customer", "service"], []]);
  expect(kept(params)).not.toContain("month=2026-09");
});

it("compares with as many months before, and sums quantities by what has a unit", () => {
  expect(monthsBefore({ from: "2026-01", to: "2026-03" })).toEqual({ from: "2025-10", to: "2025-12" });
  expect(read("measure=quantity&by=service").by).toEqual(["usage_type", "service"]);
});
