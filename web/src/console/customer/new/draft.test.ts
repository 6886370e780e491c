import { describe, expect, it } from "vitest";

import { configOf, declaredBy, empty, groupIdOf, idOf, ownersOf, pastedAccounts, slug, wrongWith } from "./draft";

const acme = { ...empty, name: "Acme Société, Inc.", currency: "EUR", country: "FR", lines: "1 rue\n\n", accounts: [{ id: "1", name: "prod" }, { id: "2", name: "" }], from: "2026-10-01" };

describe("a new customer", () => {
  it("gets ids from its name", () => {
    expect(slug("Müller & Söhne Maschinenbau GmbH")).toBe("muller-sohne-maschinenbau");
    expect(slug("株式会社北斗")).toBe("");
    expect([idOf(acme), groupIdOf(acme)]).toEqual(["acme-societe", "acme-societe-main"]);
    expect(groupIdOf({ ...acme, existing: "acme", groupId: "" })).toBe("acme-main");
  });
  it("is declared whole, without what is empty", () => {
    expect(configOf(declaredBy(acme, new Map()))).toEqual({
      customers: [{ id: "acme-societe", name: "Acme Société, Inc.", address: { country: "FR", lines: ["1 rue"] } }],
      billing_groups: [{ id: "acme-societe-main", customer: "acme-societe", currency: "EUR", claims: [{ accounts: ["1", "2"], from: "2026-10-01" }] }],
      accounts: [{ id: "1", name: "prod" }],
    });
    expect(declaredBy({ ...acme, existing: "x" }, new Map([["1", "prod"]])).map((d) => d.kind)).toEqual(["billing_groups"]);
  });
  it("is refused with what is taken", () => {
    const groups = [{ id: "acme-societe-main", customer: "other", currency: "JPY", claims: [{ accounts: ["2"], to: "2026-11-01" }] }];
    const known = { customers: [], groups, owners: ownersOf(groups, [], [], "2026-10-01") };
    expect(wrongWith(acme, "group", known)).toEqual({ groupId: "taken" });
    expect(wrongWith(acme, "accounts", known)).toEqual({ accounts: "owned" });
    expect(ownersOf(groups, [], [], "2026-11-01").size).toBe(0);
    expect(wrongWith({ ...acme, currency: "" }, "invoice", known)).toEqual({ currency: "missing" });
  });
});

it("takes accounts as they are pasted", () => {
  expect(pastedAccounts("account,name\n1234-5678-9012, prod\n\n234567890123\tdev\n234567890123\n345678901234 456789012345")).toEqual([
    { id: "123456789012", name: "prod" }, { id: "234567890123", name: "dev" }, { id: "345678901234", name: "" }, { id: "456789012345", name: "" },
  ]);
});
