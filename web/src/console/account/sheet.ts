import type { Schema } from "../../api/query";

type Checked = Schema<"MappingRow">;

/** A row of a sheet of accounts, as it was checked last. */
export interface Line extends Checked {
  line: number; // of the file
  touched?: boolean; // changed since it was refused
}

/** What is asked about rows: a sheet that the server reads. */
export function sheetOf(rows: Pick<Checked, "account" | "name" | "group" | "from" | "to">[]): string {
  return [["account", "name", "group", "from", "to"], ...rows.map((r) => [r.account, r.name ?? "", r.group ?? "", r.from ?? "", r.to ?? ""])].map((cells) => cells.map(quoted).join(",")).join("\n");
}

const quoted = (cell: string) => (/[",\n\r;\t]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Rows that may be asked about again: those that were accepted, and those that were changed since they were refused. What nobody mended stays refused. */
export const sendable = (lines: Line[]): Line[] => lines.filter((l) => l.state !== "refused" || l.touched);

/** The lines with the answers to those of them that were sent, in their order. */
export function answered(lines: Line[], sent: Line[], answers: Checked[]): Line[] {
  const by = new Map(sent.map((l, i) => [l.line, answers[i]]));
  return lines.map((l) => {
    const answer = by.get(l.line);
    return answer ? { ...answer, line: l.line } : l;
  });
}

export function countsOf(lines: Line[]): Record<Checked["state"], number> {
  const counts = { new: 0, moved: 0, same: 0, refused: 0 };
  for (const l of lines) counts[l.state]++;
  return counts;
}
