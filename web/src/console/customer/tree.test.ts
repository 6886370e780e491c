import { describe, expect, it } from "vitest";

import type { Spec } from "../group/declared";
import { sumsBy, together } from "./sums";
import { all, type Known, linesOf, sellerOf, treeOf } from "./tree";

const group = (id: string, customer: string, accounts: string[], parent?: string): Spec => ({ id, customer, currency: "JPY", claims: [{ accounts }], parent });
const known: Known = {
  customers: [{ id: "b", name: "Beta" }, { id: "a", name: "Alpha" }, { id: "c", name: "Gamma" }],
  groups: [group("b-main", "b", ["2"], "a-main"), group("a-main", "a", ["1", "3"]), group("c-main", "c", [])],
  names: new Map([["1", "prod"]]),
  gaps: (g) => (g.id === "c-main" ? ["claims"] : []),
  documents: [],
  sums: () => [],
};

describe("the tree of customers", () => {
  it("puts buyers below who sells to them", () => {
    expect(sellerOf("b", known.groups)).toBe("a");
    const tree = treeOf(known);
    expect(tree.map((n) => n.id)).toEqual(["a", "c"]);
    expect(tree[0]!.below.map((n) => n.key)).toEqual(["customer b", "group a-main"]);
    expect(tree[0]!.accounts).toBe(2);
    expect(tree[1]!.gaps).toEqual(["claims"]);
  });
  it("loses nobody where groups buy from each other", () => {
    const loop = { ...known, groups: [group("a-main", "a", [], "b-main"), group("b-main", "b", [], "a-main")] };
    expect(all(treeOf(loop)).filter((n) => n.kind === "customer").map((n) => n.id).sort()).toEqual(["a", "b", "c"]);
  });
  it("opens the way to what is searched for", () => {
    const tree = treeOf(known);
    expect(linesOf(tree, () => false, "").map((l) => l.node.id)).toEqual(["a", "c"]);
    expect(linesOf(tree, () => false, "PROD").map((l) => l.node.id)).toEqual(["a", "a-main", "1"]);
    expect(linesOf(tree, (n) => n.id === "a", "").map((l) => [l.node.id, l.depth])).toEqual([["a", 0], ["b", 1], ["a-main", 1], ["c", 0]]);
  });
});

describe("sums", () => {
  const row = (key: string, date: string, currency: string, price: string) => ({ keys: [key], date, currency, price, cost: "1", list_cost: "1", margin: price, lines: 1 });
  it("are exact, and of one currency each", () => {
    const sums = sumsBy([row("a", "2026-10", "USD", "0.1"), row("a", "2026-10", "USD", "0.2"), row("a", "2026-10", "EUR", "5"), row("a", "2026-09", "USD", "7")], (r) => r.keys[0]!);
    expect(sums.get("a 2026-10")).toEqual([{ currency: "USD", price: "0.3", cost: "2", margin: "0.3" }, { currency: "EUR", price: "5", cost: "1", margin: "5" }]);
    expect(together([sums.get("a 2026-10")!, sums.get("a 2026-09")!, [{ currency: "EUR", price: "1" }]])).toEqual([
      { currency: "EUR", price: "6", cost: undefined, margin: undefined }, { currency: "USD", price: "7.3", cost: "3", margin: "7.3" },
    ]);
  });
});
