import { expect, test } from "vitest";

import { declaredOf, draftOf, isAddress } from "./backend_draft";
import { ageOf, byTrouble, conditionOf, freeId, idOf, type Organization, pathOf, worstOf } from "./known";
import { countOf, curl, example } from "./pushed_state";

const good = { source: "a", failing: false, late: false, good_at: "2026-10-01T00:30:00Z", age_hours: 3 };
const old = { ...good, source: "b", age_hours: 49 };
const failing = { ...good, source: "c", failing: true, problem: "no" };
const never = { source: "d", failing: false, late: false };

test("what is read is good for two days; a failure counts whatever there was before", () => {
  expect([good, old, failing, never, undefined].map(conditionOf)).toEqual(["good", "old", "failing", "never", "never"]);
  expect(conditionOf({ ...good, age_hours: 48 })).toBe("good");
});

test("those in trouble stand first, the others as they were", () => {
  const rows = [{ id: 1, standing: good }, { id: 2, standing: never }, { id: 3, standing: failing }, { id: 4, standing: old }, { id: 5, standing: good }, { id: 6 }];
  expect(byTrouble(rows).map((r) => r.id)).toEqual([3, 4, 2, 6, 1, 5]);
  expect(worstOf([good, failing, old])).toBe("failing");
  expect(worstOf([])).toBeUndefined();
});

test("an age is said in hours up to two days", () => {
  expect(ageOf(47)).toEqual({ unit: "hours", count: 47 });
  expect(ageOf(48)).toEqual({ unit: "days", count: 2 });
  expect(ageOf(95)).toEqual({ unit: "days", count: 3 });
});

test("ids are made of names, and none twice", () => {
  expect(idOf("  Hyper Billing (São Paulo)! ")).toBe("hyper-billing-sao-paulo");
  expect(idOf("請求")).toBe("");
  expect(freeId("hyper", ["hyper", "hyper-2"])).toBe("hyper-3");
  expect(freeId("", ["x"])).toBe("");
});

test("a unit is named from its customer down", () => {
  const all: Organization[] = [
    { id: "reseller", name: "We", kind: "reseller" }, { id: "acme", name: "Acme", kind: "customer", parent: "reseller" },
    { id: "acme/web", name: "Web", kind: "unit", parent: "acme" }, { id: "acme/shop", name: "Shop", kind: "unit", parent: "acme/web" },
  ];
  const byId = new Map(all.map((o) => [o.id, o]));
  expect(pathOf(byId, "acme/shop")).toEqual(["Acme", "Web", "Shop"]);
  expect(pathOf(byId, "acme")).toEqual(["Acme"]);
  expect(pathOf(byId, "gone/unit")).toEqual(["gone/unit"]);
});

test("addresses of backends", () => {
  for (const ok of ["grpc://localhost:50051", "grpcs://billing.example.com:443", "grpc://[::1]:7071", "unix:///run/hyper.sock"]) expect(isAddress(ok), ok).toBe(true);
  for (const bad of ["http://localhost:80", "grpc://localhost", "grpc://u:p@host:1", "grpc://host:1/path", "unix://run/x", "grpc://host:1?x=1", ""]) expect(isAddress(bad), bad).toBe(false);
});

test("a backend is declared with what is not its default alone", () => {
  const plain = { name: "hyper", address: "grpc://h:1", provider: "hyper" };
  expect(declaredOf(draftOf(plain))).toEqual(plain);
  const whole = { ...plain, protocol: "cloudforet", currency: "USD", options: { base_url: "http://v" }, idle_seconds: 90, most_rows: 1000 };
  expect(declaredOf(draftOf(whole))).toEqual(whole);
});

test("what was pushed counts, was replaced, or was taken back", () => {
  expect(countOf({ counts: true, removed: false })).toBe("counts");
  expect(countOf({ counts: false, removed: false })).toBe("replaced");
  expect(countOf({ counts: false, removed: true })).toBe("removed");
});

test("the example of a request has the bill without its kind", () => {
  const bill = JSON.parse(example("acme", "2026-10")) as Record<string, unknown>;
  expect(bill).toMatchObject({ kind: "bill", source: "acme", period: "2026-10" });
  const sent = JSON.parse(/-d '(.*)'$/.exec(curl("https://s", "acme", "2026-10"))![1]!) as Record<string, unknown>;
  expect(sent).toEqual({ ...bill, kind: undefined });
});
