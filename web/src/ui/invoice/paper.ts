import type { Schema } from "../../api/query";

/** A document as the API gives it: of the console, of a preview, or of the portal, which does not tell what it was made from. */
export type Paper = Omit<Schema<"InvoiceInvoice">, "inputs" | "settings" | "usage_residue"> & { usage_residue?: string };

/** By what a part differs from another version of the document; `before` is unknown JSON, null where there was nothing. */
export interface Mark {
  path: string;
  before: unknown;
  after: unknown;
}

/** What one can ask about: an amount of the document. */
export interface Place {
  /** As in the JSON, such as accounts[0].lines[2].amount. */
  path: string;
  label: string;
  amount: string;
  /** Of a line: its account and itself. */
  account?: Schema<"InvoiceAccount">;
  line?: Schema<"InvoiceLine">;
}

/** The mark on a path: its own, or that of what it is within, which is new as a whole. */
export function markAt(marks: Map<string, Mark>, path: string): Mark | undefined {
  const own = marks.get(path);
  if (own) return own;
  let above = path;
  while (above !== "") {
    above = above.replace(/(\.[^.[]+|\[\d+\]|^[^.[]+)$/, "");
    const whole = marks.get(above);
    if (whole) {
      const [was, is] = [inside(whole.before, path.slice(above.length)), inside(whole.after, path.slice(above.length))];
      return { path, before: was ?? null, after: is ?? null };
    }
  }
  return undefined;
}

/** What stands below a path such as [0].amount in a value. */
function inside(value: unknown, path: string): unknown {
  let here = value;
  for (const name of path.match(/[^.[\]]+/g) ?? []) {
    if (here === null || typeof here !== "object") return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return here;
}
