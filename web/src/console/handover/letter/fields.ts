import type { Schema } from "../../../api/query";

export type Field = Schema<"LetterField">;
export type Text = Schema<"MailroomText">;

/** The fields that a text names, in their order, each once. */
export const named = (text: string): string[] => [...new Set([...text.matchAll(/\{([^{}]*)\}/g)].map((m) => m[1]!))];

/** Fields that a text names and letters of its kind do not have. */
export const unknown = (text: string, fields: Field[]): string[] => named(text).filter((name) => !fields.some((f) => f.name === name));

export const fieldsOf = (kind: string, fields: Field[]): Field[] => fields.filter((f) => (f.kinds as string[]).includes(kind));

/** Puts a field in the place of what is marked; says where one writes on. */
export function insert(text: string, from: number, to: number, name: string): { text: string; at: number } {
  const field = `{${name}}`;
  return { text: text.slice(0, from) + field + text.slice(to), at: from + field.length };
}
