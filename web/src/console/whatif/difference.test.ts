import { expect, it } from "vitest";

import { changeSteps, groupsOf, rulesOf, servicesOf, small, stepsOf } from "./difference";
import type { DryRun } from "./run";

const amounts = (before: string, after: string, difference: string) => ({ currency: "USD", before, after, difference });
const group = (id: string, difference: string, seller?: string) => ({
  group: id, customer: id, seller, currency: "JPY", totals: [amounts("10", "11", difference)],
  services: [{ kind: "usage", code: "S3", service: "Amazon S3", ...amounts("10", "11", difference) }],
  rules: [{ rule_before: { book: "b", rule: "x" }, rule_after: { book: "b", rule: "y" }, charges_before: 2, charges_after: 2, ...amounts("10", "11", difference) }],
});
const run = { period: "2026-10", rated: true, totals: [amounts("20", "22", "2")], groups: [group("a", "1"), group("b", "1"), group("c", "9", "a")] } as unknown as DryRun;

it("adds services and rules of the reseller's own customers up, and those of one group", () => {
  expect(servicesOf(run, "USD")).toMatchObject([{ name: "Amazon S3", difference: "2" }]);
  expect(rulesOf(run, "USD")).toMatchObject([{ ruleBefore: { rule: "x" }, ruleAfter: { rule: "y" }, difference: "2", charges: 4 }]);
  expect(servicesOf(run, "USD", "c")).toMatchObject([{ difference: "9" }]);
  expect(groupsOf(run, "USD")).toHaveLength(3);
});

it("makes steps that add up", () => {
  const rows = ["3", "-2", "0.5", "0.25", "0"].map((difference, i) => ({ key: `${i}`, name: `g${i}`, currency: "USD", before: "0", after: "0", difference }));
  const steps = stepsOf("10", "11.75", rows, 3, { before: "before", after: "after", rest: (n) => `${n} more` });
  expect(steps.map((s) => [s.name, s.value])).toEqual([["before", "10"], ["g0", "3"], ["g1", "-2"], ["2 more", "0.75"], ["after", "11.75"]]);
});

it("leaves out what stays where the change is small beside it", () => {
  const rows = ["3", "-2"].map((difference, i) => ({ key: `${i}`, name: `g${i}`, currency: "USD", before: "0", after: "0", difference }));
  expect(changeSteps("100", "101", rows, 5, { difference: "all", rest: () => "" }).map((s) => [s.name, s.value])).toEqual([["g0", "3"], ["g1", "-2"], ["all", "1"]]);
  expect([small("100", "101"), small("100", "85"), small("0", "1")]).toEqual([true, false, false]);
});
