import type { DocumentGap } from "../../ui/file/types";

/** Something that is missing, and where it has to be filled in. */
export interface Thing {
  key: string;
  gap: DocumentGap; // the first of its gaps: what, why, which rule
  places: DocumentGap[]; // one for each customer, billing group, …
  documents: string[];
}

/** Gaps by what is missing, whoever it is missing of; what most documents wait for first. */
export function byThing(gaps: DocumentGap[]): Thing[] {
  const things = new Map<string, Thing>();
  for (const gap of gaps) {
    const key = [gap.kind, gap.inner ?? gap.field, gap.what].join(" ");
    const thing = things.get(key) ?? { key, gap, places: [], documents: [] };
    if (!thing.places.some((p) => p.field === gap.field)) thing.places.push(gap);
    if (!thing.documents.includes(gap.document)) thing.documents.push(gap.document);
    things.set(key, thing);
  }
  return [...things.values()].sort((a, b) => b.documents.length - a.documents.length);
}
