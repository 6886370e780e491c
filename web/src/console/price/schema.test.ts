// @vitest-environment node
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { keysAt, type SchemaNode, valuesAt } from "./schema";

const schema = JSON.parse(readFileSync(join(import.meta.dirname, "../../../../docs/reference/config.schema.json"), "utf8")) as SchemaNode;
const names = (path: string[]) => keysAt(schema, path).map((k) => k.name);

it("knows the keys of a book, a rule, a match and a pattern", () => {
  expect(names([])).toContain("rules");
  expect(names(["rules"])).toEqual(expect.arrayContaining(["name", "match", "percent", "tiers"]));
  expect(names(["rules", "match"])).toContain("usage_type");
  expect(names(["rules", "match", "usage_type"])).toContain("prefix");
  expect(names(["rules", "match", "tags", "Team"])).toContain("not");
  expect(names(["rules", "tiers"])).toContain("up_to");
  expect(names(["examples", "line"])).toContain("cost");
});

it("knows the values that are written down", () => {
  expect(valuesAt(schema, ["order"])).toEqual(["first", "most-specific"]);
  expect(valuesAt(schema, ["rules", "match", "class"])).toContain("marketplace");
  expect(valuesAt(schema, ["rules", "not_below"])).toContain("cost");
  expect(valuesAt(schema, ["rules", "keep"])).toEqual(["true"]);
});
