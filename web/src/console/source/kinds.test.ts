import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import en from "../../words/en/connect.json";
import ja from "../../words/ja/connect.json";
import { kindsIn } from "./kinds";
import { kindsOf } from "./new/wish";

const schema: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "../../../../docs/reference/config.schema.json"), "utf8"));

it("knows the kinds of the API, and calls each by a name", () => {
  const kinds = kindsIn(schema);
  expect(kinds).toContain("partner-center");
  expect(kinds.filter((k) => !(k in en.kind))).toEqual([]);
  expect(kinds.filter((k) => !(k in ja.kind))).toEqual([]);
});

it("offers for a provider what there is", () => {
  expect(Object.values(kindsOf).flat().filter((k) => !kindsIn(schema).includes(k))).toEqual([]);
});

it("knows none of a schema that is not there", () => {
  expect(kindsIn(undefined)).toEqual([]);
});
