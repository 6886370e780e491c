import { type Example, fields, type Match, type PriceBook, type Rule } from "./book";

// Writes a price book as people write one: a rule below each other, its match in a line.

const ruleKeys: (keyof Rule)[] = ["base", "percent", "unit_price", "tiers", "keep", "exclude", "fee", "floor", "cap", "not_below", "not_above", "bill_free_tier", "round_unit_to", "managed", "from", "to"];
const matchKeys = ["class", ...fields, "tags", "cost_categories"] as (keyof Match)[];
// The order of keys wherever they stand; the API has them by the alphabet.
const order = new Map([...matchKeys, "day", "usage", "cost", "list_cost", "free_tier_rate", "equal", "prefix", "suffix", "contains", "like", "regex", "not", "up_to", "unit_price", "percent", "price", "rule", "managed", "excluded"].map((key, i) => [key as string, i]));
const longest = 96; // of a line, before a mapping is broken into several

export function writeBook(book: PriceBook): string {
  const lines = [`id: ${scalar(book.id)}`];
  if (book.order) lines.push(`order: ${book.order}`);
  if (book.then) lines.push(`then: ${book.then}`);
  lines.push(book.rules.length ? "rules:" : "rules: []", ...book.rules.flatMap(ruleLines));
  if (book.examples?.length) lines.push("examples:", ...book.examples.flatMap(exampleLines));
  return lines.join("\n") + "\n";
}

function ruleLines(rule: Rule): string[] {
  const match = Object.fromEntries(matchKeys.filter((k) => rule.match[k] !== undefined).map((k) => [k, rule.match[k]]));
  return [
    `  - name: ${scalar(rule.name)}`,
    ...mapping("    ", "match", match),
    ...ruleKeys.filter((k) => rule[k] !== undefined).flatMap((k) => {
      if (k !== "tiers") return [`    ${k}: ${flow(rule[k])}`];
      return ["    tiers:", ...rule.tiers!.map((t) => `      - ${flow(t)}`)];
    }),
  ];
}

function exampleLines(example: Example): string[] {
  const [first, ...more] = mapping("    ", "line", example.line);
  return [first!.replace(/^ {4}/, "  - "), ...more, ...mapping("    ", "expect", example.expect)];
}

/** A mapping in one line, or in several where it would be long. */
function mapping(indent: string, key: string, value: object): string[] {
  const short = `${indent}${key}: ${flow(value)}`;
  if (short.length <= longest) return [short];
  return [`${indent}${key}:`, ...entries(value).map(([k, v]) => `${indent}  ${scalar(k)}: ${flow(v)}`)];
}

const entries = (value: object): [string, unknown][] =>
  Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (order.get(a) ?? 99) - (order.get(b) ?? 99));

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) return `{${entries(value).map(([k, v]) => `${scalar(k)}: ${flow(v)}`).join(", ")}}`;
  return typeof value === "string" ? scalar(value) : String(value);
}

const plain = /^[A-Za-z_/$][\w /.$()+*?~^|-]*$/;
const days = /^\d{4}-\d\d-\d\d$/;
const words = /^(true|false|yes|no|on|off|null|y|n|~)$/i;

/** A text, in quotes where YAML would read it as something else. */
export function scalar(text: string): string {
  const bare = (plain.test(text) && !words.test(text) && !text.endsWith(" ") && !text.includes(" #")) || days.test(text);
  return bare ? text : JSON.stringify(text);
}
