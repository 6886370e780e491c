import { expect, test } from "vitest";

import { accountWish, empty, lacking, targetOf, transferWish } from "./wish";

test("an account is taken as people write it", () => {
  expect(targetOf(" 6000-0000-0001 ")).toBe("600000000001");
  expect(targetOf("6000 0000 0001")).toBe("600000000001");
  expect(targetOf(" aws-root@example.com ")).toBe("aws-root@example.com");
  expect(targetOf("60000")).toBe("60000"); // the server says what is wrong with it
});

test("what is empty is not sent", () => {
  expect(accountWish({ ...empty, payer: "111111111111", target: "600000000001", start: "2026-12", notes: "  " })).toEqual({ payer: "111111111111", target: "600000000001" });
});

test("a transfer begins on the first day of its month, and has no group", () => {
  expect(transferWish({ ...empty, kind: "transfer", payer: "111111111111", target: "700000000001", name: "ACME ", start: "2026-12", customer: "acme", group: "acme-main", from: "2026-12-01" }))
    .toEqual({ payer: "111111111111", target: "700000000001", name: "ACME", start: "2026-12-01", customer: "acme" });
});

test("a transfer needs a name and a month, too", () => {
  expect(lacking(empty)).toEqual(["payer", "target"]);
  expect(lacking({ ...empty, kind: "transfer", payer: "1", target: "2" })).toEqual(["name", "start"]);
});
