import type { Schema } from "../../api/query";
import { compare, type Decimal, sum } from "../../ui/decimal";

export type Listed = Schema<"ListedInvoice">;
export type Finding = Schema<"StoreFinding">;
export type Comparison = Schema<"InvoiceComparison">;

/** A document with what is known about it beside its own amounts. */
export interface Row {
  invoice: Listed;
  /** By how much its month differs from the one before, with tax. */
  change?: { currency: string; before: Decimal; difference: Decimal; percent?: Decimal; kind: string; byCost: boolean };
  /** What is not as expected about it, and what of that is accepted. */
  unexpected: Finding[];
  accepted: Finding[];
}

/** Joins documents with their comparisons and with what is unexpected about them. */
export function rowsOf(invoices: Listed[], comparisons: Comparison[], findings: Finding[]): Row[] {
  const compared = new Map(comparisons.flatMap((c) => c.now.documents.map((id) => [id, c] as const)));
  const about = (id: string, accepted: boolean) => findings.filter((f) => f.stage === "approval" && documentOf(f) === id && !!f.waived === accepted);
  return invoices.map((invoice) => ({
    invoice,
    change: changeOf(compared.get(invoice.id)),
    unexpected: about(invoice.id, false),
    accepted: about(invoice.id, true),
  }));
}

/** The document that a finding about drafts names: its subject begins with the id. */
export const documentOf = (finding: Finding): string => finding.subject.split(" ")[0] ?? "";

function changeOf(comparison: Comparison | undefined): Row["change"] {
  const total = comparison?.parts.find((p) => p.part === (comparison.by_cost ? "usage" : "total") && !p.of);
  if (!comparison || !total || !comparison.before.documents.length) return undefined;
  return { currency: total.currency, before: total.before, difference: total.difference, percent: total.percent, kind: total.change, byCost: comparison.by_cost ?? false };
}

/** Who had a document the month before and has none now. */
export const goneOf = (comparisons: Comparison[]): Comparison[] => comparisons.filter((c) => !c.now.documents.length && c.before.documents.length > 0);

export const views = ["all", "draft", "accept", "approved", "issued", "open", "overdue", "paid"] as const;
export type View = (typeof views)[number];

/** Whether a document is among those of a view. */
export function isIn(view: View, row: Row): boolean {
  const at = row.invoice.standing.position;
  switch (view) {
    case "all": return true;
    case "draft": return at === "draft";
    case "accept": return row.unexpected.length > 0;
    case "approved": return at === "approved";
    case "issued": return at === "issued"; // the customer does not have it yet
    case "open": return ["issued", "published", "sent", "part-paid", "overdue"].includes(at) && compare(row.invoice.standing.open, "0") !== 0;
    case "overdue": return at === "overdue";
    case "paid": return at === "paid" || at === "written-off" || at === "voided";
  }
}

export interface Sums {
  currency: string;
  digits: number;
  count: number;
  total: Decimal;
  open: Decimal;
  overdue: Decimal;
}

/** What documents come to, in each of their currencies; those with the most documents first. */
export function sumsOf(invoices: Listed[]): Sums[] {
  const currencies = [...new Set(invoices.map((i) => i.currency))];
  return currencies.map((currency): Sums => {
    const own = invoices.filter((i) => i.currency === currency);
    return {
      currency, count: own.length, digits: Math.max(...own.map((i) => i.digits)),
      total: sum(own.map((i) => i.total)),
      open: sum(own.map((i) => i.standing.open)),
      overdue: sum(own.filter((i) => i.standing.position === "overdue").map((i) => i.standing.open)),
    };
  }).sort((a, b) => b.count - a.count || a.currency.localeCompare(b.currency));
}

export type Step = "accept" | "draft" | "approve" | "issue" | "publish" | "unpublish" | "sent" | "void" | "writeOff";

/** What may be done with a document where it stands, the next right step first. */
export function stepsOf(row: Row): Step[] {
  const { invoice } = row;
  const { position, published, open } = invoice.standing;
  if (invoice.preview) return [];
  if (invoice.state === "draft") {
    if (row.unexpected.length > 0) return ["accept", "draft"];
    return position === "approved" ? ["issue", "draft"] : ["approve", "issue", "draft"];
  }
  if (position === "voided") return published ? ["unpublish"] : ["publish"];
  const steps: Step[] = published ? ["sent", "unpublish"] : ["publish", "sent"];
  if (compare(open, "0") > 0) steps.push("writeOff");
  if (invoice.document === "invoice") steps.push("void");
  return steps;
}
