import { expect, it } from "vitest";

import { canBeLoaded, deliveries, type Load, size } from "./rows";

const load = (source: string | undefined, report: string): Load => ({ source, report, payer: "1", version: "v", load: "L", up_to_date: true, format: "aws-cur", files: 1, rows: 2, billed: { USD: "3" } });
const source = (name: string) => ({ name, kind: "aws-cur", url: "s3://x", payer: "1" });

it("has a row for each report, for sources without one, and for files", () => {
  const rows = deliveries([source("a"), source("b")], [load("a", "hourly"), load("a", "daily"), load(undefined, "files")]);
  expect(rows.map((r) => r.key)).toEqual(["a hourly", "a daily", "b", "1 files"]);
  expect(rows[0]!.billed).toEqual([{ currency: "USD", amount: "3" }]);
});

it("knows files that can be loaded", () => expect(["x.csv.gz", "X.PARQUET", "y.xlsx"].map(canBeLoaded)).toEqual([true, true, false]));

it("says sizes in their unit", () => expect(size(2_500_000)).toEqual({ value: 2.5, unit: "megabyte" }));
