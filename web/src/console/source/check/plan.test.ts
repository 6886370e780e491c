import { expect, it } from "vitest";

import { planOf } from "./plan";

const payer = "111122223333";

it("plans the export of a bucket's folder", () => {
  expect(planOf({ payer, kind: "aws-cur2", url: "s3://acme-billing/exports/all/?region=eu-central-1", credential: "payer-a" }))
    .toEqual({ payer, kind: "aws-cur2", export: "sluice-hourly", bucket: "acme-billing", prefix: "exports/all", region: "eu-central-1", credential: "payer-a" });
  expect(planOf({ payer, kind: "focus", url: "s3://acme-billing" })).toMatchObject({ prefix: "exports", region: "us-east-1" });
});

it("plans nothing that AWS does not make", () => {
  expect(planOf({ payer, kind: "google", url: "s3://acme" })).toBeUndefined();
  expect(planOf({ payer, kind: "aws-cur2", url: "/srv/exports" })).toBeUndefined();
  expect(planOf({ payer, kind: "aws-cur2", url: "gs://acme/x" })).toBeUndefined();
  expect(planOf({ payer: "acme", kind: "aws-cur2", url: "s3://acme" })).toBeUndefined();
  expect(planOf({ payer, kind: "aws-cur2", url: "s3://acme/x?endpoint=http://127.0.0.1:9000" })).toBeUndefined();
});
