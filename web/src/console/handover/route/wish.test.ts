import { describe, expect, it } from "vitest";

import type { Kind, Route } from "../known";
import { nowhere } from "../target";
import { asksAgain, bodyOf, draftOf, formatsOf, goesBy, lacking, withoutFormat } from "./wish";

const kinds: Kind[] = [
  { what: "invoice", formats: ["pdf", "xrechnung"] },
  { what: "reminder", formats: ["pdf"] },
  { what: "focus", formats: ["parquet", "csv"] },
];
const fresh = { ...draftOf(undefined, "hokuto", "Asia/Tokyo"), what: ["invoice"], to: ["a@b.example"] };
const sftp: Route = {
  id: "1", owner: "reseller", customer: "hokuto", what: ["invoice"], formats: ["pdf"], by: "sftp", when: { on: "publish" }, target: "sftp://u@h/in", host_key: "SHA256:x",
  has_secret: true, enabled: true, created_at: "2026-10-01T00:00:00Z", created_by: "Ann", version: 1,
};

describe("routes being written", () => {
  it("sends only what the way and the time have a use for", () => {
    expect(bodyOf({ ...fresh, hostKey: "SHA256:x", place: { ...nowhere, host: "h" } }, kinds, false)).toEqual({ what: ["invoice"], formats: ["pdf"], by: "mail", when: { on: "publish" }, to: ["a@b.example"], target: undefined, secret: undefined });
    expect(bodyOf({ ...fresh, on: "monthly", day: 5, hour: 0 }, kinds, false).when).toEqual({ on: "monthly", day: 5, hour: 0, zone: "Asia/Tokyo" });
    expect(bodyOf({ ...fresh, on: "daily", day: 5 }, kinds, false).when).toEqual({ on: "daily", hour: 9, zone: "Asia/Tokyo" });
    expect(bodyOf({ ...fresh, asLink: true, linkDays: 30 }, kinds, false).link_days).toBe(30);
  });

  it("leaves out kinds and formats that cannot go so", () => {
    const body = bodyOf({ ...fresh, by: "folder", what: ["invoice", "reminder"], formats: ["pdf", "parquet"], place: { ...nowhere, folder: "srv" } }, kinds, false);
    expect([body.what, body.formats]).toEqual([["invoice"], ["pdf"]]);
    expect(goesBy("focus", "peppol")).toBe(false);
    expect(formatsOf(["focus", "invoice"], kinds)).toEqual(["pdf", "xrechnung", "parquet", "csv"]);
    expect(withoutFormat({ ...fresh, what: ["invoice", "focus"] }, kinds)).toEqual(["focus"]);
  });

  it("takes a secret away that is of no use any more, and joins the halves of S3's", () => {
    expect(bodyOf(fresh, kinds, true).secret).toBe("");
    expect(bodyOf({ ...fresh, by: "bucket", keyID: " AKIA ", secret: "s " }, kinds, false).secret).toBe("AKIA:s");
    expect(bodyOf({ ...fresh, by: "sftp" }, kinds, true).secret).toBeUndefined();
  });

  it("asks for the secret again where the target is another server", () => {
    const d = draftOf(sftp, "", "UTC");
    expect(asksAgain(d, sftp)).toBe(false);
    expect(asksAgain({ ...d, place: { ...d.place, folder: "elsewhere" } }, sftp)).toBe(false);
    expect(asksAgain({ ...d, place: { ...d.place, host: "other" } }, sftp)).toBe(true);
    expect(asksAgain({ ...d, hostKey: "SHA256:y" }, sftp)).toBe(true);
    expect(lacking({ ...d, place: { ...d.place, host: "other" } }, sftp)).toEqual(["secret"]);
  });

  it("says what is missing", () => {
    expect(lacking({ ...fresh, customer: "", to: [], formats: [] }, undefined)).toEqual(["customer", "formats", "to"]);
    expect(lacking({ ...fresh, by: "sftp" }, undefined)).toEqual(["host", "user", "hostKey", "secret"]);
    expect(lacking({ ...fresh, by: "bucket", keyID: "x", secret: "y" }, undefined)).toEqual(["bucket", "region"]);
  });
});
