import { expect, it } from "vitest";

import { asksPassword, bodyOf, draftOf, type MailServer } from "./server";

const kept: MailServer = { organization: "reseller", host: "smtp.example.com", security: "tls", user: "billing", has_password: true, has_dkim_key: true, dkim_domain: "example.com", dkim_selector: "s1", version: 2 };

it("keeps secrets that were not typed", () => {
  expect(bodyOf(draftOf(kept), kept)).toEqual({ host: "smtp.example.com", security: "tls", user: "billing", dkim_domain: "example.com", dkim_selector: "s1" });
  expect(bodyOf({ ...draftOf(kept), password: " p w " }, kept).password).toBe(" p w ");
});

it("takes secrets away that nothing uses any more", () => {
  expect(bodyOf({ ...draftOf(kept), user: "" }, kept).password).toBe("");
  expect(bodyOf({ ...draftOf(kept), domain: "", selector: " " }, kept).dkim_key).toBe("");
});

it("asks for the password again where the host is another one", () => {
  expect(asksPassword(draftOf(kept), kept)).toBe(false);
  expect(asksPassword({ ...draftOf(kept), host: "other.example.com" }, kept)).toBe(true);
  expect(asksPassword({ ...draftOf(kept), host: "other.example.com", user: "" }, kept)).toBe(false);
});
