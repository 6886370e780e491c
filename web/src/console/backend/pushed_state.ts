import type { Pushed } from "./known";

export type Counting = "counts" | "replaced" | "removed";

/** Whether something that was pushed is in the month's sum, and if not, why. */
export const countOf = (p: Pick<Pushed, "counts" | "removed">): Counting => (p.removed ? "removed" : p.counts ? "counts" : "replaced");

/** What tells something that was pushed from all others of its month. */
export const keyOf = (p: Pick<Pushed, "source" | "id">): string => `${p.source}/${p.id}`;

/** A bill as an example of what can be pushed. */
export const example = (source: string, period: string): string => JSON.stringify({
  kind: "bill", id: `${period}-shop`, source, period, account: "shop", invoice: `A-${period}`, currency: "EUR",
  lines: [{ service: "Virtual machines", description: "Two small machines", quantity: "48", unit: "Hours", amount: "1.50" }],
}, null, 2);

/** The same bill in a request: the address says what it is, and so the body does not. */
export function curl(origin: string, source: string, period: string): string {
  const bill = JSON.parse(example(source, period)) as Record<string, unknown>;
  delete bill.kind;
  return `curl ${origin}/api/v1/pushed/bills \\\n  -H "Authorization: Bearer $SLUICE_TOKEN" -H "Content-Type: application/json" \\\n  -d '${JSON.stringify(bill)}'`;
}
