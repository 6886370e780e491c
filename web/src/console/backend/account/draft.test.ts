import { expect, test } from "vitest";

import type { Account, CredentialForm } from "../known";
import { bodyOf, draftOf, formOf, lacking, savedAs } from "./draft";

const form: CredentialForm = {
  schema: "backend/hyper/hyper_key", backend: "hyper",
  fields: [{ name: "Account", secret: false, needed: true }, { name: "Email", secret: false, needed: false }, { name: "Key", title: "Secret key", secret: true, needed: true }],
};
const other: CredentialForm = { schema: "backend/hyper/token", backend: "hyper", fields: [] };
const saved: Account = { id: "hyper-shop", name: "Shop", provider: "hyper", backend: "hyper", schema: "backend/hyper", organization: "acme/shop", fields: { Account: "4711" }, payer: "hyper-shop", group: "acme-shop", accounts: [] };

test("secret fields go apart, and what is empty does not go at all", () => {
  const draft = { ...draftOf(undefined, "2026-10-17", "hyper"), name: " Shop ", organization: "acme/shop", values: { Account: "4711", Email: "", Key: "k-1" } };
  expect(bodyOf(draft, form)).toEqual({ backend: "hyper", name: "Shop", organization: "acme/shop", schema: "backend/hyper/hyper_key", fields: { Account: "4711" }, secrets: { Key: "k-1" }, from: "2026-10-01" });
});

test("what is missing is named as the form names it", () => {
  const draft = draftOf(undefined, "2026-10-17", "hyper");
  expect(lacking(draft, form, false)).toEqual(["name", { field: "Account" }, { field: "Secret key" }, "organization"]);
  expect(lacking({ ...draft, backend: "" }, undefined, false)).toEqual(["backend", "name", "organization"]);
  expect(lacking(draft, undefined, false)[0]).toBe("schema");
});

test("of one that is saved neither its secrets nor a day need be given again", () => {
  const draft = draftOf(saved, "2026-10-17");
  expect(lacking(draft, form, true)).toEqual([]);
  expect(bodyOf(draft, form)).toMatchObject({ secrets: {}, payer: "hyper-shop", group: "acme-shop" });
  expect(bodyOf(draft, form).from).toBeUndefined();
});

test("a saved schema that names the backend alone is its only form", () => {
  expect(formOf([form], draftOf(saved, "2026-10-17"))).toBe(form);
  expect(formOf([form, other], draftOf(saved, "2026-10-17"))).toBeUndefined();
  expect(formOf([form, other], { backend: "hyper", schema: "backend/hyper/token" })).toBe(other);
});

test("the id is made of the name, else of the backend, and is not taken", () => {
  const draft = draftOf(undefined, "2026-10-17", "hyper");
  expect(savedAs({ ...draft, name: "Hyper of the shop" }, [])).toBe("hyper-of-the-shop");
  expect(savedAs({ ...draft, name: "請求" }, ["hyper"])).toBe("hyper-2");
  expect(savedAs({ ...draft, id: "mine", name: "x" }, ["mine"])).toBe("mine");
});
