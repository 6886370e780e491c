/** A value of JSON in a line, for people who compare two of them. */
export function saidOf(value: unknown): string {
  if (value === undefined || value === null) return "–";
  if (Array.isArray(value)) return value.map(saidOf).join("; ");
  if (typeof value === "object") return Object.entries(value as Record<string, unknown>).map(([name, inner]) => `${name} ${typeof inner === "object" ? `(${saidOf(inner)})` : saidOf(inner)}`).join(", ");
  return String(value as string | number | boolean);
}
