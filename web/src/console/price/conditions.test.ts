import { expect, it } from "vitest";

import type { Match } from "./book";
import { conditionsOf, matchOf } from "./conditions";

it.each<Match>([
  {},
  { service: "AmazonEC2", region: ["a", "b"] },
  { usage_type: { prefix: "APN1-", not: { contains: "Out" } } },
  { usage_type: { not: ["x", "y"] }, tags: { Project: "", Team: { like: "a*" } } },
  { class: ["usage", "entry"], cost_categories: { Env: { regex: "^p" } } },
])("says %j in conditions and back", (match) => {
  const conditions = conditionsOf(match)!;
  expect(matchOf(conditions, match.class === undefined ? [] : [match.class].flat())).toEqual(match);
});

it("leaves to the text what a form cannot say", () => {
  expect(conditionsOf({ service: { not: { prefix: "a", not: "ab" } } })).toBeUndefined();
});

it("leaves conditions without a value out", () => {
  expect(matchOf([{ field: "service", not: false, how: "is", values: [] }], [])).toEqual({});
});
