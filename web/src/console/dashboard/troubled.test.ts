import { expect, it } from "vitest";

import { troubledOf } from "./troubled";

const read = { good_at: "2026-10-20T00:30:00Z", good_period: "2026-10", good_rows: 10, age_hours: 9 };
const data = { data_at: "2026-10-07T09:00:00Z", data_period: "2026-09", data_age_hours: 312 };
const source = (name: string, kind: string, more: object) => ({ source: name, kind, payer: "p", late: false, failing: false, ...more });

const now = new Date("2026-10-20T09:30:00Z");

it("has every source that fails or is late, of whatever kind, those that fail first", () => {
  const all = troubledOf([
    source("fine", "aws-cur2", { ...read, data_at: read.good_at, data_period: "2026-10", data_age_hours: 9 }),
    source("stopped", "aws-cur2", { ...read, ...data, late: true }),
    source("bucket", "focus", { ...read, ...data, failing: true, problem: "access is denied", late: true }),
    source("hyper-shop", "backend", { ...read, ...data, age_hours: 50, late: true }),
    source("cloud", "pushed", { ...read, ...data, data_period: "2026-08", late: true }),
    source("new", "backend", { failing: true, problem: "the key is not accepted" }),
  ], [{ id: "hyper-shop", name: "Hyper of the shop", standing: { source: "hyper-shop", failing: false, late: true } }, { id: "unread", name: "Never" }], now);
  expect(all.map((x) => [x.key, x.failing, x.late, x.hours])).toEqual([
    ["new", true, "backend", undefined], ["bucket", true, "export", 9], ["cloud", false, "pushed", 1185], ["stopped", false, "export", 465], ["hyper-shop", false, "backend", 50],
  ]);
  expect(all[1]).toMatchObject({ name: "bucket", to: "/sources/bucket/check", problem: "access is denied", at: read.good_at, month: "2026-10" });
  expect(all[3]).toMatchObject({ to: "/sources/stopped/check", problem: undefined, at: "2026-10-01T00:00:00.000Z", month: "2026-09" }); // October began 19 days and 9 hours before: 465 hours
  expect(all[4]).toMatchObject({ name: "Hyper of the shop", to: "/backends/accounts/hyper-shop", at: read.good_at });
});

it("a failure that is over is no trouble any more, though its sentence is kept", () => {
  expect(troubledOf([source("mended", "focus", { ...read, problem: "access is denied", failed_at: "2026-10-19T00:30:00Z" })], [], now)).toEqual([]);
});
