import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { sum } from "../decimal";
import { day, days, fixed, labelFile, labelsOf, put, separate } from "./labels";
import { markAt, type Paper } from "./paper";
import { noteSections, sumLines } from "./sums";

const folder = "../internal/deliver/testdata"; // the documents that the PDF is tested with
const documents = readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => [name, JSON.parse(readFileSync(`${folder}/${name}`, "utf8")) as Paper] as const);

describe("the totals of a document", () => {
  test.each(documents)("%s: the lines add up to the total", async (_, inv) => {
    const lines = sumLines(inv, await labelsOf(inv.language));
    const at = lines.findIndex((line) => line.path === "total");
    expect(sum(lines.slice(0, at).filter((line) => !line.strong && !line.within).map((line) => line.amount))).toBe(inv.tax_inclusive ? inv.before_tax : inv.total);
    expect(lines.every((line) => line.label !== "" && !line.label.includes("%s"))).toBe(true);
    expect(noteSections(inv, await labelsOf(inv.language)).flatMap((s) => s.lines).join()).not.toContain("%s");
  });
});

describe("labels", () => {
  test("the language is the longest that is known", () => {
    expect(["ja", "de-AT", "zh-HK", "zh", "zh-Hant-TW", "pt", "en-GB"].map(labelFile)).toEqual(["ja", "de", "zh-TW", "zh-CN", "zh-TW", "en", "en"]);
  });

  test("numbers and days are written as the language has them", async () => {
    const [en, de, ja] = await Promise.all([labelsOf("en"), labelsOf("de"), labelsOf("ja")]);
    expect(fixed(en, "-1234567.5", 2)).toBe("−1,234,567.50");
    expect(separate(de, "1234567.891")).toBe("1.234.567,891");
    expect(fixed(ja, "206432", 0)).toBe("206,432");
    expect([day(en, "2026-10-05"), day(de, "2026-10-05"), day(ja, "2026-10-05")]).toEqual(["5 Oct 2026", "05.10.2026", "2026年10月5日"]);
    expect(days(en, "2028-02")).toBe("1 Feb 2028 – 29 Feb 2028");
    expect(put("%s of %s", "1", "2")).toBe("1 of 2");
  });
});

describe("marks", () => {
  test("what is within something new is new; what stands beside is not", () => {
    const marks = new Map([["discounts[0]", { path: "discounts[0]", before: null, after: { amount: "12" } }], ["total", { path: "total", before: "5", after: "4" }]]);
    expect(markAt(marks, "discounts[0].amount")).toEqual({ path: "discounts[0].amount", before: null, after: "12" });
    expect(markAt(marks, "discounts[1].amount")).toBeUndefined();
    expect(markAt(marks, "total")?.before).toBe("5");
  });
});

describe("providers", () => {
  test("one that is declared has the name that the document froze, in fees and notes", async () => {
    const [, first] = documents.find(([, inv]) => inv.support?.some((fee) => fee.provider && !fee.plan && fee.amount !== "0"))!;
    const inv: Paper = {
      ...first, provider_names: { hyper: "Hyper Cloud" }, notes: [{ code: "commitments-as-applied", args: ["hyper"] }, { code: "commitments-as-applied", args: ["gcp"] }],
      support: first.support!.map((fee) => ({ ...fee, provider: fee.plan ? fee.provider : "hyper" })),
    };
    const l = await labelsOf(inv.language);
    expect(sumLines(inv, l).map((line) => line.label).join("\n")).toContain("Hyper Cloud");
    expect(noteSections(inv, l).flatMap((s) => s.lines)).toEqual(expect.arrayContaining([put(l.asApplied, "Hyper Cloud"), put(l.asApplied, "Google Cloud")]));
  });
});
