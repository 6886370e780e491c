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
