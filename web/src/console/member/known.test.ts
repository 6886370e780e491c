import { expect, test } from "vitest";

import { endMonths, type Invitation, monthsFrom, offered, startMonths, stuck } from "./known";

const sent = (part: Partial<Invitation>): Invitation => ({
  id: "I", kind: "account", payer: "111111111111", target: "600000000001", target_kind: "ACCOUNT", state: "OPEN", settled: false, created_at: "2026-11-01T00:00:00Z", created_by: "owner", ...part,
});

test("months go over the end of a year", () => {
  expect(monthsFrom("2026-11", 3)).toEqual(["2026-11", "2026-12", "2027-01"]);
});

test("a transfer begins in a month to come", () => {
  expect(startMonths(new Date("2026-12-31T23:59:59Z"))[0]).toBe("2027-01");
  expect(startMonths(new Date("2026-12-31T23:59:59Z"))).toHaveLength(12);
});

test("a transfer ends with this month at the earliest, and never before it began", () => {
  expect(endMonths(new Date("2026-11-05T00:00:00Z"), "2026-01")[0]).toBe("2026-11");
  expect(endMonths(new Date("2026-11-05T00:00:00Z"), "2027-02")[0]).toBe("2027-02");
});

test("only what waits is cancelled, and nothing accepted is sent again", () => {
  expect(offered(sent({}))).toMatchObject({ cancel: true, resend: true, end: false, place: true });
  expect(offered(sent({ state: "ACCEPTED" }))).toMatchObject({ cancel: false, resend: false });
  expect(offered(sent({ state: "EXPIRED", replaced_by: "J" }))).toMatchObject({ cancel: false, resend: false });
  expect(offered(sent({ kind: "transfer", state: "ACCEPTED", transfer: "rt-1" }))).toMatchObject({ end: true, resend: false, again: false });
  expect(offered(sent({ kind: "transfer", state: "DECLINED" }))).toMatchObject({ end: false, resend: false, again: true });
});

test("what was sent again is nobody's work any more", () => {
  expect(stuck(sent({ problem: "the account has no payment method" }))).toBe(true);
  expect(stuck(sent({ problem: "the account has no payment method", replaced_by: "J" }))).toBe(false);
});
