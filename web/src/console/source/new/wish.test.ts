import { expect, it } from "vitest";

import { addressOf, nameOf, paramsOf, reachable, wishOf } from "./wish";

it("goes on where the address says", () => {
  const wish = wishOf(new URLSearchParams("step=find&payer=111122223333&credential=payer-a&external=sluice-1a2b"));
  expect(wish).toMatchObject({ step: "find", provider: "aws", by: "template", credential: "payer-a", external: "sluice-1a2b" });
  expect(wishOf(paramsOf(wish))).toEqual(wish);
});

it("lets nobody skip what a step needs", () => {
  const wish = wishOf(new URLSearchParams("payer=1"));
  expect([reachable(wish, "access"), reachable(wish, "find"), reachable(wish, "check")]).toEqual([true, false, false]);
  expect(reachable({ ...wish, by: "environment" }, "find")).toBe(true);
});

it("takes no way that a provider does not have", () => {
  expect(wishOf(new URLSearchParams("provider=gcp&by=template")).by).toBe("keys");
  expect(wishOf(new URLSearchParams("provider=oci")).by).toBe("environment");
});

it("addresses one export of a bucket from its top, and of a folder below it", () => {
  expect(addressOf("s3://acme/all?region=eu-central-1", { folder: "all/hourly" })).toBe("s3://acme/all/hourly?region=eu-central-1");
  expect(addressOf("gs://acme", { folder: "" })).toBe("gs://acme");
  expect(addressOf("/srv/exports/", { folder: "hourly" })).toBe("/srv/exports/hourly");
});

it("names a source as no other", () => {
  expect(nameOf("Payer A/Hourly", ["payer-a-hourly"])).toBe("payer-a-hourly-2");
  expect(nameOf("株式会社", [])).toBe("exports");
});
