import { expect, it } from "vitest";

import { addressOf, type Choice, matching } from "./choice";

const choice = (title: string, also?: string): Choice => ({ id: title, title, also, section: "page", do: () => undefined });

it("finds by all words, in any order and width", () => {
  const all = [choice("Billing groups"), choice("Close October 2026", "month"), choice("New customer"), choice("請求グループ", "groups")];
  expect(matching(all, "close oct").map((c) => c.title)).toEqual(["Close October 2026"]);
  expect(matching(all, "ｇｒｏｕｐｓ").map((c) => c.title)).toEqual(["Billing groups", "請求グループ"]);
  expect(matching(all, "customer old")).toEqual([]);
});

it("knows where things are shown", () => {
  expect(addressOf("invoice", "2026-10/acme-main", "/invoices/x")).toBe("/invoices/2026-10%2Facme-main");
  expect(addressOf("newer", "x", "/x")).toBeUndefined();
});
