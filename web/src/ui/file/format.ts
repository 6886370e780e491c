import { hasWord, useWords } from "../../words/words";
import type { FileFormat } from "./types";

/** What people take a file for. */
export type Use = "document" | "einvoice" | "table" | "data" | "ripple";

export const uses: Use[] = ["document", "einvoice", "table", "data", "ripple"];

export function useOf(format: FileFormat): Use {
  if (format.gaps) return "einvoice";
  if (format.name.startsWith("ripple-")) return "ripple";
  if (format.columns.length > 0) return "table";
  return format.media_type.startsWith("application/pdf") ? "document" : "data";
}

/** Formats by use, in the order of the list; uses that have none are left out. */
export function byUse(formats: FileFormat[]): { use: Use; formats: FileFormat[] }[] {
  return uses.map((use) => ({ use, formats: formats.filter((f) => useOf(f) === use) })).filter((g) => g.formats.length > 0);
}

/** How a format is called and what it is for: in our words where there are some, else the server's. */
export function useFormatWords() {
  const t = useWords("file");
  const own = (name: string, part: "title" | "about", or: string) => (hasWord("file", `format.${name}.${part}`) ? t(`format.${name}.${part}` as "format.pdf.title") : or);
  return {
    title: (f: FileFormat) => own(f.name, "title", f.title),
    about: (f: FileFormat) => own(f.name, "about", f.about),
  };
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** How large a file is, such as 1.4 MB. */
export function sizeText(bytes: number, language: string): string {
  const step = bytes < 1000 ? 0 : bytes < 1e6 ? 1 : bytes < 1e9 ? 2 : 3;
  return new Intl.NumberFormat(language, { style: "unit", unit: units[step], unitDisplay: step === 0 ? "long" : "short", maximumFractionDigits: step === 0 ? 0 : 1 }).format(bytes / 1000 ** step);
}
