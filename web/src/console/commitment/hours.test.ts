import { expect, it } from "vitest";

import { heatOf, placeOf, shareOf } from "./hours";

const hour = (day: string, h: number, available: string, used: string) => ({ day, hour: h, available, used, inside: "0", alone: "0" });

it("lays hours out by day and hour", () => {
  const { columns, rows, cells } = heatOf([hour("2026-09-02", 5, "2", "1"), hour("2026-09-01", 4, "0", "0")], 1, "used");
  expect([columns, rows]).toEqual([["2026-09-01", "2026-09-02"], [4, 5]]);
  expect(cells.map((c) => [c.column, c.row, c.share])).toEqual([[1, 1, "0.5"], [0, 0, undefined]]);
});

it("knows no share of nothing, and where a day lies in a year", () => {
  expect(shareOf(hour("2026-09-01", 0, "0", "0"), "used")).toBeUndefined();
  expect(placeOf("2026-07-02T12:00:00Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")).toBeCloseTo(0.5);
  expect(placeOf("2030-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")).toBe(1);
});
