import type { Schema } from "../../../api/query";

export type Note = Schema<"AbiquoNote">;

/** What can become of a property, what needs somebody first. */
export const fates = ["by-hand", "assumed", "left", "taken"] as const;
export type Fate = (typeof fates)[number];

export const fateOf = (note: Note): Fate => fates.find((x) => x === note.became) ?? "left";

/** How many notes there are of each. */
export function counts(notes: Note[]): Record<Fate, number> {
  const all: Record<Fate, number> = { "by-hand": 0, assumed: 0, left: 0, taken: 0 };
  for (const note of notes) all[fateOf(note)]++;
  return all;
}

/** A configuration as the server writes it, in YAML, without the section of the reseller: what is declared of it stays then. */
export function withoutReseller(yaml: string): string {
  let within = false;
  return yaml.split("\n").filter((line) => {
    if (/^\S/.test(line)) within = line.startsWith("reseller:"); // a section begins at the margin
    return !within;
  }).join("\n").replace(/^\n+/, "");
}
