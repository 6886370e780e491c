import { expect, it } from "vitest";

import { counts } from "./notes";

it("counts what became of properties", () => {
  const of = (became: string) => ({ became, property: "x", where: "a.json" });
  expect(counts([of("taken"), of("by-hand"), of("taken"), of("something new")])).toEqual({ "by-hand": 1, assumed: 0, left: 1, taken: 2 });
});
