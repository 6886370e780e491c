import { expect, it } from "vitest";

import type { PriceBook } from "./book";
import { scalar, writeBook } from "./yaml";

const book: PriceBook = {
  id: "standard",
  rules: [
    { name: "compute in Tokyo", match: { usage_type: { prefix: "APN1-BoxUsage" }, service: "AmazonEC2", region: "ap-northeast-1" }, percent: "-1.5", from: "2026-10-01" },
    { name: "transfer", match: { usage_type: { suffix: "Out-Bytes", not: ["a", "b"] } }, tiers: [{ up_to: "500", unit_price: "0.11" }, { unit_price: "0.09" }] },
    { name: "all: the rest", match: {}, keep: true },
  ],
  examples: [{ line: { service: "AmazonS3", cost: "12" }, expect: { price: "12.48", rule: "" } }],
};

it("writes a book as the configuration has it", () => {
  expect(writeBook(book)).toBe(`id: standard
rules:
  - name: compute in Tokyo
    match: {service: AmazonEC2, region: ap-northeast-1, usage_type: {prefix: APN1-BoxUsage}}
    percent: "-1.5"
    from: 2026-10-01
  - name: transfer
    match: {usage_type: {suffix: Out-Bytes, not: [a, b]}}
    tiers:
      - {up_to: "500", unit_price: "0.11"}
      - {unit_price: "0.09"}
  - name: "all: the rest"
    match: {}
    keep: true
examples:
  - line: {service: AmazonS3, cost: "12"}
    expect: {price: "12.48", rule: ""}
`);
});

it("quotes what YAML would read as something else", () => {
  expect(["yes", "12", "-x", "a: b", "a #b", "*x", "{", "", "東京"].map(scalar)).toEqual(['"yes"', '"12"', '"-x"', '"a: b"', '"a #b"', '"*x"', '"{"', '""', '"東京"']);
  expect(scalar("robots' servers")).toBe('"robots\' servers"');
  expect(scalar("AmazonEC2")).toBe("AmazonEC2");
});
