import { changeOnce, type Schema } from "../../api/query";
import type { Example, Line, PriceBook } from "./book";

/** What a line comes to by a book. */
export interface Outcome {
  price?: string;
  managed?: string;
  excluded: boolean;
  rule: string; // empty where none wins
  shadowed: string[]; // later rules that match too
}

// An example that cannot come out tells what does: the API prices lines as examples of
// a book, and says of those that fail what it got instead.
const impossible = "-999999999999.999999999999";

export async function tryLine(book: PriceBook, line: Line): Promise<Outcome> {
  const probe: Example = { line, expect: { price: impossible, managed: impossible, excluded: true } };
  const { books } = await changeOnce("post", "/api/v1/price-books/test", { body: { config: { price_books: [{ ...book, examples: [probe] }] } } });
  return outcomeOf(books[0]?.failures[0]);
}

export function outcomeOf(failure: Schema<"BookFailure"> | undefined): Outcome {
  const got = (of: string) => failure?.wrong.find((w) => w.of === of)?.got;
  return { price: got("price"), managed: got("managed"), excluded: got("excluded") === undefined, rule: failure?.rule ?? "", shadowed: failure?.shadowed ?? [] };
}

/** The line without what was left empty. */
export const filled = (line: Line): Line => Object.fromEntries(Object.entries(line).filter(([, v]) => v !== undefined && v !== ""));
