import { expect, test } from "vitest";

import { byUse, sizeText } from "./format";
import type { FileFormat } from "./types";

const format = (name: string, part: Partial<FileFormat>): FileFormat => ({ name, title: name, about: "", ending: `.${name}`, media_type: "text/plain", columns: [], together: false, by_tag: false, gaps: false, portal: true, ...part });

test("formats are grouped by what they are for", () => {
  const formats = [
    format("json", { media_type: "application/json" }), format("pdf", { media_type: "application/pdf" }), format("csv", { columns: ["invoice"] }),
    format("facturx", { media_type: "application/pdf", gaps: true }), format("ubl", { gaps: true }),
  ];
  expect(byUse(formats).map((g) => [g.use, g.formats.map((f) => f.name)])).toEqual([["document", ["pdf"]], ["einvoice", ["facturx", "ubl"]], ["table", ["csv"]], ["data", ["json"]]]);
  expect(byUse([])).toEqual([]);
});

test("sizes are said in the unit that is easy to read", () => {
  expect(sizeText(1, "en")).toBe("1 byte");
  expect(sizeText(999, "en")).toBe("999 bytes");
  expect(sizeText(1_400_000, "en")).toBe("1.4 MB");
});
