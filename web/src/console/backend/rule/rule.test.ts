import { expect, test } from "vitest";

import { draftOf, inOrder, lastId, parted, renamed, type Rule, ruleOf, whole } from "./rule";

const rules = (...ids: string[]) => ids.map((id) => ({ id }));
const moved = (ids: string[], from: number, to: number) => { const all = rules(...ids); all.splice(to, 0, ...all.splice(from, 1)); return all; };
/** What the server does: rules stand in the order of their ids. */
const after = (wanted: { id: string }[], at: number) => { const ids = renamed(wanted, at); return inOrder(wanted.map((r) => ({ id: ids.get(r.id) ?? r.id }))).map((r) => parted(r.id).name); };

test("a rule that is moved gets a number between its neighbours, and no other is touched", () => {
  const wanted = moved(["0100-a", "0200-b", "0300-c"], 2, 1);
  expect([...renamed(wanted, 1)]).toEqual([["0300-c", "0150-c"]]);
  expect(after(wanted, 1)).toEqual(["a", "c", "b"]);
});

test("to the top and to the bottom", () => {
  expect([...renamed(moved(["0100-a", "0200-b"], 1, 0), 0)]).toEqual([["0200-b", "0050-b"]]);
  expect([...renamed(moved(["0100-a", "0200-b"], 0, 1), 1)]).toEqual([["0100-a", "0300-a"]]);
});

test("without room between, or without numbers, all are numbered anew, and keep their names", () => {
  expect(after(moved(["0100-a", "0101-b", "0300-c"], 2, 1), 1)).toEqual(["a", "c", "b"]);
  expect(after(moved(["beta", "gamma", "alpha"], 2, 0), 0)).toEqual(["alpha", "beta", "gamma"]);
  expect(after(moved(["0100-a", "named", "other"], 2, 0), 0)).toEqual(["other", "a", "named"]);
  expect(after(moved(["9998-a", "9999-b"], 0, 1), 1)).toEqual(["b", "a"]);
});

test("a new rule holds after all others", () => {
  for (const of of [[], ["0100-a"], ["0150-a", "0300-b"], ["alpha", "zeta"]]) {
    const id = lastId("new", rules(...of));
    expect(inOrder(rules(...of, id)).at(-1)!.id, of.join()).toBe(id);
  }
});

test("what the form says is what is declared, and the other way round", () => {
  const rule: Rule = { id: "0100-shop", source: "hyper-shop", when: "any", conditions: [{ field: "service", contains: "vm" }, { field: "tag:team", not: "web" }], give_to: { project: "acme/shop" }, go_on: true };
  expect(ruleOf(draftOf(rule), rule.id)).toEqual(rule);
  const always: Rule = { id: "rest", when: "always", give_to: { customer: "acme" } };
  expect(ruleOf(draftOf(always), "rest")).toEqual(always);
  expect(ruleOf({ ...draftOf(rule), when: "always" }, "x").conditions).toBeUndefined();
});

test("a condition without a value is not whole", () => {
  const draft = { ...draftOf(), name: "shop", id: "acme/shop" };
  expect(whole(draft)).toBe(false);
  expect(whole({ ...draft, lines: [{ field: "service", key: "", test: "is", text: "VM" }] })).toBe(true);
  expect(whole({ ...draft, lines: [{ field: "tag", key: "", test: "is", text: "web" }] })).toBe(false);
  expect(whole({ ...draft, when: "always" })).toBe(true);
});
