import { describe, expect, it } from "vitest";

import { nowhere, placeOf, targetOf, type Way } from "./target";

describe("targets", () => {
  const same: [Way, string][] = [
    ["sftp", "sftp://acme@files.example.com:2222/inbox/{period}"],
    ["sftp", "sftp://acme@files.example.com/"],
    ["sftp", "sftp://acme@files.example.com//srv/from-the-root"],
    ["sftp", "sftp://acme@[2001:db8::7]:22/in"],
    ["sftp", "sftp://a%40b@files.example.com/in"],
    ["bucket", "s3://acme-bills/{what}/{period}?region=eu-central-1"],
    ["bucket", "s3://acme-bills?region=eu-central-1&endpoint=https%3A%2F%2Fs3.example.com&use_path_style=true"],
    ["bucket", "gs://acme/in"],
    ["bucket", "azblob://container/in?storage_account=acme"],
    ["folder", "file:///srv/invoices/{customer}"],
  ];
  it.each(same)("%s %s is read and written as it was", (by, target) => {
    expect(targetOf(by, placeOf(target))).toBe(target);
  });

  it("tells the parts of a server's address", () => {
    expect(placeOf("sftp://acme@files.example.com:2222/inbox")).toMatchObject({ host: "files.example.com", port: "2222", user: "acme", folder: "inbox" });
    expect(placeOf("sftp://acme@[2001:db8::7]/in")).toMatchObject({ host: "[2001:db8::7]", port: "" });
  });

  it("keeps parameters that it does not know", () => {
    expect(targetOf("bucket", placeOf("s3://b/p?region=x&sse=AES256"))).toBe("s3://b/p?region=x&sse=AES256");
  });

  it("writes what would end the path otherwise", () => {
    expect(targetOf("folder", { ...nowhere, folder: "/srv/a b?c#d%e/{period}" })).toBe("file:///srv/a b%3Fc%23d%25e/{period}");
    expect(placeOf("file:///srv/a b%3Fc%23d%25e/{period}").folder).toBe("srv/a b?c#d%e/{period}");
  });

  it("has none for mail, and none that is not well written", () => {
    expect(targetOf("mail", nowhere)).toBeUndefined();
    expect(placeOf("no target")).toBe(nowhere);
    expect(placeOf(undefined)).toBe(nowhere);
  });
});
