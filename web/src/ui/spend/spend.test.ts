import { expect, it } from "vitest";

import { above, dayOf, found, isWhole, lastDay, partsOf, placed } from "./spend";

const tree = [
  { id: "reseller", name: "Top", kind: "reseller" },
  { id: "zeta", name: "Zeta", kind: "customer", parent: "reseller" },
  { id: "acme", name: "ACME", kind: "customer", parent: "reseller" },
  { id: "acme/web", name: "Web", kind: "unit", parent: "acme" },
  { id: "acme/cart", name: "Cart", kind: "unit", parent: "acme/web" },
];

it("lays the tree out from top to bottom", () => {
  expect(placed(tree).map((o) => `${o.depth} ${o.id}`)).toEqual(["0 reseller", "1 acme", "2 acme/web", "3 acme/cart", "1 zeta"]);
  expect(placed(tree.slice(3)).map((o) => o.depth)).toEqual([0, 1]); // whose parent one may not see is at the top
});

it("finds one with all above it", () => {
  expect(found(placed(tree), "cart").map((o) => o.id)).toEqual(["reseller", "acme", "acme/web", "acme/cart"]);
  expect(found(placed(tree), "nobody")).toEqual([]);
  expect(above("acme/cart", tree).map((o) => o.id)).toEqual(["reseller", "acme", "acme/web"]);
});

it("asks for a day of months that are over, and leaves the newest to the server", () => {
  expect(lastDay("2024-02")).toBe("2024-02-29");
  expect(dayOf("2026-09", "2026-10", "2026-10-12")).toBe("2026-09-30");
  expect(dayOf("2026-10", "2026-10", "2026-10-12")).toBeUndefined();
  expect(dayOf("2026-08", "2026-08", "2026-10-12")).toBeUndefined();
  expect(isWhole({ period: "2026-09", day: "2026-09-30" }, "2026-10-12")).toBe(true);
  expect(isWhole({ period: "2026-10", day: "2026-10-31" }, "2026-10-31")).toBe(false);
});

it("names units that spend nothing, too", () => {
  const part = { organization: "acme", name: "ACME", kind: "customer", month: { amount: "3" }, last_month: { amount: "2" } };
  expect(partsOf({ organization: "acme", parts: [part] }, tree, "reseller").map((p) => [p.organization, p.month?.amount])).toEqual([["acme", "3"], ["acme/web", undefined]]);
});
