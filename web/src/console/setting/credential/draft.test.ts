import { expect, it } from "vitest";

import { bodyOf, draftOf, type Form, lacking } from "./draft";

const keys: Form = { schema: "aws-key", fields: [{ name: "access_key_id", needed: true, secret: false }, { name: "secret_access_key", needed: true, secret: true }, { name: "role_arn", needed: false, secret: false }] };

it("asks for what is needed, but not again for a secret that is kept", () => {
  const draft = { ...draftOf({ schema: "aws-key" }), fields: { access_key_id: "AKIA" } };
  expect(lacking(draft, keys, false)).toEqual(["secret_access_key"]);
  expect(lacking(draft, keys, true)).toEqual([]);
});

it("sends what was written, and nothing of another schema", () => {
  const draft = { ...draftOf({ id: "a", schema: "aws-key" }), fields: { access_key_id: "AKIA", external_id: "of before", role_arn: " " }, secrets: { secret_access_key: "s" } };
  expect(bodyOf(draft, keys, false)).toEqual({ schema: "aws-key", organization: "reseller", purpose: "pricing", fields: { access_key_id: "AKIA" }, secrets: { secret_access_key: "s" } });
});

it("says that an account without keys is for billing only", () => {
  expect(bodyOf(draftOf({ schema: "aws-account", account: "1" }), { schema: "aws-account", fields: [] }, true)).toMatchObject({ billing_only: true, unverified: true, account: "1" });
});
