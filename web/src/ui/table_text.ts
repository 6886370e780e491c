import type { Value } from "./table";

interface Texts {
  title: string;
  values: Value[];
}

/** Columns as text: with tabs, for the clipboard, and as CSV (RFC 4180). */
export function textOf(columns: Texts[]): { tabs: string; csv: string } {
  const count = columns[0]?.values.length ?? 0;
  const lines = [columns.map((c) => c.title), ...Array.from({ length: count }, (_, i) => columns.map((c) => safe(c.values[i])))];
  return {
    tabs: lines.map((cells) => cells.map((cell) => cell.replace(/[\t\r\n]+/g, " ")).join("\t")).join("\n"),
    csv: lines.map((cells) => cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")).join("\r\n") + "\r\n",
  };
}

// A spreadsheet calculates what begins like a formula; numbers are none.
function safe(value: Value): string {
  const text = value == null ? "" : String(value);
  return /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/.test(text) ? `'${text}` : text;
}

/** Offers a CSV as a download. */
export function saveCSV(name: string, csv: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\uFEFF", csv], { type: "text/csv;charset=utf-8" })); // the mark tells Excel that it is UTF-8
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
