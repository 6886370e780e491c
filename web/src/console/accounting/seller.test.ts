import { expect, test } from "vitest";

import { sellersOf } from "./seller";

test("a group with a parent is sold to by the parent's customer", () => {
  const sellers = sellersOf([{ id: "a", customer: "pine" }, { id: "b", customer: "oak" }, { id: "c", customer: "blue", parent: "a" }, { id: "d", customer: "blue", parent: "a" }]);
  expect([...sellers]).toEqual([["", { groups: ["a", "b"], buyers: ["pine", "oak"] }], ["pine", { groups: ["c", "d"], buyers: ["blue"] }]]);
});
