import type { Schema } from "../../api/query";
import { compare, type Decimal, isNegative, minus } from "../../ui/decimal";

export type Payment = Schema<"ReceivablePaymentRecord">;
export type Document = Schema<"ListedInvoice">;

/** Whether an entry stands: it is neither a reversal nor reversed. */
export const stands = (payment: Payment): boolean => !payment.reversed_by && payment.kind !== "reversal";

/** Whether something of it is left to be given to documents. */
export const hasRest = (payment: Payment): boolean => stands(payment) && compare(payment.unallocated, "0") !== 0;

/** The documents that money can go to: invoices for what came in, credit notes for what is paid back; the oldest due date first. */
export function payableOf(documents: Document[], currency: string | undefined, groups: Set<string> | undefined, amount: Decimal): Document[] {
  const back = isNegative(amount);
  return documents
    .filter((d) => d.state !== "draft" && compare(d.standing.open, "0") === (back ? -1 : 1) && (!currency || d.currency === currency) && (!groups || groups.has(d.group)))
    .sort((a, b) => (a.due_date ?? "9999").localeCompare(b.due_date ?? "9999") || a.id.localeCompare(b.id));
}

/** What an amount does to documents in their order: no document gets more than is open of it. */
export function spread(amount: Decimal, documents: Document[]): { given: { document: Document; amount: Decimal; left: Decimal }[]; rest: Decimal } {
  let rest = amount;
  const given = [];
  for (const document of documents) {
    const open = document.standing.open;
    if (compare(rest, "0") === 0 || isNegative(open) !== isNegative(rest)) continue;
    const smaller = compare(isNegative(rest) ? minus("0", rest) : rest, isNegative(open) ? minus("0", open) : open) < 0;
    const part = smaller ? rest : open;
    rest = minus(rest, part);
    given.push({ document, amount: part, left: minus(open, part) });
  }
  return { given, rest };
}

/** What somebody typed as an amount, as the API takes it: thousands may be divided by commas or blanks. */
export const plain = (text: string): string => text.replace(/[,\s]/g, "").replace("−", "-");
