/** A field that is not what it was. */
export interface Changed {
  field: string;
  before?: string;
  after?: string;
}

/** What two states of a thing have differently, field by field, such as `invoice.discount.percent`. */
export function differences(before: unknown, after: unknown): Changed[] {
  const [old, now] = [leaves(before), leaves(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])];
  return fields.filter((field) => old.get(field) !== now.get(field)).map((field) => ({ field, before: old.get(field), after: now.get(field) }));
}

function leaves(value: unknown, path = ""): Map<string, string> {
  if (value === undefined || value === null) return new Map();
  if (typeof value !== "object") return new Map([[path, String(value)]]);
  const entries = Array.isArray(value) ? value.map((v, i) => [String(i + 1), v] as const) : Object.entries(value);
  if (entries.length === 0) return new Map([[path, Array.isArray(value) ? "[]" : "{}"]]);
  return new Map(entries.flatMap(([key, inner]) => [...leaves(inner, path ? `${path}.${key}` : key)]));
}
