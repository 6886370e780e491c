import { expect, it } from "vitest";

import { differences } from "./difference";

it("names the fields that changed, were added and are gone", () => {
  expect(differences({ a: { percent: "5", old: 1 }, same: [1, 2] }, { a: { percent: "7" }, same: [1, 2], more: true })).toEqual([
    { field: "a.percent", before: "5", after: "7" },
    { field: "a.old", before: "1", after: undefined },
    { field: "more", before: undefined, after: "true" },
  ]);
});

it("takes a thing that was not there for all new", () => expect(differences(undefined, { id: "x" })).toEqual([{ field: "id", before: undefined, after: "x" }]));
