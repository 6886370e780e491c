import { expect, it } from "vitest";

import { counts, withoutReseller } from "./notes";

it("counts what became of properties", () => {
  const of = (became: string) => ({ became, property: "x", where: "a.json" });
  expect(counts([of("taken"), of("by-hand"), of("taken"), of("something new")])).toEqual({ "by-hand": 1, assumed: 0, left: 1, taken: 2 });
});

it("leaves the reseller out, and nothing else", () => {
  const rest = "customers:\n  - id: acme\n    name: 'reseller: of ours'\n";
  expect(withoutReseller(`reseller:\n  name: Cloud Reseller\n  collection: {months: 2}\n\n${rest}`)).toBe(rest);
  expect(withoutReseller(rest)).toBe(rest);
});
