import { expect, test } from "vitest";

import { byThing } from "./gather";

const gap = (document: string, kind: string, of: string, inner: string) => ({ document, group: document, kind, of, inner, field: `${kind}[${of}].${inner}`, term: "BT-1", what: "a thing", why: "", rule: "" });

test("a thing that is missing of several stands once, with all places, the most wanted first", () => {
  const things = byThing([gap("a", "reseller", "reseller", "endpoint"), gap("a", "customers", "x", "endpoint"), gap("b", "customers", "y", "endpoint"), gap("c", "customers", "y", "endpoint")]);
  expect(things.map((x) => [x.gap.kind, x.places.map((p) => p.of), x.documents])).toEqual([["customers", ["x", "y"], ["a", "b", "c"]], ["reseller", ["reseller"], ["a"]]]);
});
