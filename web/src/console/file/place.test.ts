import { expect, test } from "vitest";

import { placeOf, wordOf } from "./place";

test("what is missing leads to the form that has its field", () => {
  expect(placeOf({ kind: "reseller", of: "reseller", inner: "bank.iban" })).toBe("/settings/reseller?field=bank.iban");
  expect(placeOf({ kind: "customers", of: "a b", inner: "endpoint" })).toBe("/customers/a%20b?tab=details&field=endpoint");
  expect(placeOf({ kind: "billing_groups", of: "g", inner: "invoice.references.buyer" })).toBe("/groups/g?tab=settings&open=references&field=references.buyer");
  expect(placeOf({ kind: "billing_groups", of: "g", inner: "invoice" })).toBe("/groups/g?tab=settings");
});

test("what no form has leads nowhere", () => {
  expect(placeOf({})).toBeUndefined();
  expect(placeOf({ kind: "exchange_rates", of: "x", inner: "rate" })).toBeUndefined();
});

test("fields are called as their forms call them", () => {
  expect(wordOf({ kind: "reseller", inner: "contact_point.phone" })).toEqual({ namespace: "identity", key: "contactPhone" });
  expect(wordOf({ kind: "customers", inner: "address.city" })).toEqual({ namespace: "customer", key: "details.city" });
  expect(wordOf({ kind: "billing_groups", inner: "invoice.tax" })).toBeUndefined();
});
