import type { Layout } from "./layout";

/** The parts of the form, in their order, and the fields of a layout in each. */
export const fieldsOf = {
  look: ["name", "based_on", "size", "colours"],
  pictures: ["logo", "stamp"],
  texts: ["words"],
  sections: ["sections"],
  facts: ["facts"],
  tables: ["columns", "carry", "zero_discount"],
  hide: ["hide"],
  annexes: ["annexes", "cover"],
  paying: ["qr"],
  pages: ["page_numbers"],
  fonts: ["fonts"],
} as const satisfies Record<string, readonly (keyof Layout)[]>;

export type PartName = keyof typeof fieldsOf;

/** The part that a field is in, by its path. */
export const partOf = (path: string): PartName | undefined =>
  (Object.keys(fieldsOf) as PartName[]).find((part) => (fieldsOf[part] as readonly string[]).includes(path.split(/[.[]/)[0]!));
