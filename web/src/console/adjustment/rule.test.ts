import { expect, it } from "vitest";

import type { Entry } from "./balance";
import { conditionsOf, filterOf, inOrder, matches, type Rule, tried } from "./rule";

const entry = (part: Partial<Entry>): Entry => ({ id: "E", kind: "fee", amount: "1", currency: "USD", month: "2026-10", start: "2026-10-01", state: "open", origin: "collected", owner: "g", payer: "1", ...part });
const rule = (part: Partial<Rule>): Rule => ({ id: "r", action: "keep", any: [{}], ...part });

it("says filters as conditions and back", () => {
  const filter = { kind: ["refund", "credit"], description: { contains: "case", not: { suffix: "x" } } };
  const conditions = conditionsOf(filter)!;
  expect(conditions.map((c) => [c.field, c.not, c.how, c.values])).toEqual([["kind", false, "is", ["refund", "credit"]], ["description", false, "contains", ["case"]], ["description", true, "suffix", ["x"]]]);
  expect(filterOf(conditions)).toEqual(filter);
});

it("matches as the server does", () => {
  expect(matches({ prefix: "Amazon", not: "AmazonS3" }, "AmazonS3", "Amazon Simple Storage Service")).toBe(false);
  expect(matches({ like: "case ?2*" }, "case 72 (a)")).toBe(true);
  expect(matches({ like: "a.c" }, "abc")).toBe(false);
  expect(matches(["a", "b"], "b")).toBe(true);
});

it("asks rules of a payer first, then by name", () => expect(inOrder([rule({ id: "a" }), rule({ id: "c" }), rule({ id: "b", payer: "1" })]).map((r) => r.id)).toEqual(["b", "a", "c"]));

it("tells what a rule decides, and what it leaves", () => {
  const all = [entry({ id: "1" }), entry({ id: "2", kind: "refund" }), entry({ id: "3", state: "kept" }), entry({ id: "4", decided: true }), entry({ id: "5", origin: "custom" }), entry({ id: "6", month: "2026-09" })];
  const others = [rule({ id: "a", any: [{ kind: "refund" }] })];
  expect(tried(rule({ from: "2026-10" }), others, all)!.map((x) => [x.entry.id, x.outcome, x.by])).toEqual([["1", "decides", undefined], ["2", "other", "a"], ["3", "decided", undefined], ["4", "decided", undefined]]);
  expect(tried(rule({ action: "apply" }), [], [entry({ owner: "reseller" })])!.map((x) => x.outcome)).toEqual(["nobody"]);
  expect(tried(rule({ any: [{ kind: { regex: "(?i)fee(" } }] }), [], all)).toBeUndefined();
});
