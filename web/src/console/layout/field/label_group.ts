import type { Label } from "../layout";

// Where on the document a label stands. One that the server has and this list not is
// among the others.
const groups = {
  document: ["invoice", "credit_note", "debit_note", "qualified", "qualified_return", "draft", "draft_note", "preview", "preview_note", "corrects", "reason", "differences", "page", "contents", "continued"],
  head: ["number", "period", "issued", "due", "provider", "bill_to", "honorific", "registration", "billing_group", "customer_number", "buyer_reference", "order", "contract", "project", "accounting", "seal"],
  accounts: ["account", "account_head", "accounts_summary", "service", "cost", "rate", "amount", "total", "marketplace", "entry", "added_below", "carried_forward", "brought_forward", "items", "item", "unit_price", "quantity", "tax_free_item"],
  totals: [
    "totals", "usage", "support", "agency", "of_base", "at_least", "adjusted", "subtotal", "discount_on_usage", "discount_on_usage_and_support", "discount_on_subtotal", "surcharge_on_usage", "surcharge_on_usage_and_support", "surcharge_on_subtotal",
    "other_services", "promised", "after_discount", "coupon", "before_tax", "tax", "tax_on", "tax_total", "tax_on_nothing", "grand_total", "total_with_tax", "within", "prepaid", "balance", "carried", "payable", "credited",
  ],
  payment: ["payment", "bank_details", "bank_name", "bank_branch", "bank_code", "account_kind", "ordinary_account", "current_account", "account_number", "account_holder", "payment_reference", "pay_by_code"],
  notes: ["note", "rates", "common_rate", "payer_rate", "group_rate", "rounding", "per_service", "per_account", "per_invoice", "residue", "pricing", "as_applied", "by_day", "tiers_alone"],
  annexes: ["changes", "before", "difference", "change", "appeared", "vanished", "usage_detail", "date_head", "commitments", "commitment", "until", "used", "saved", "adjustments"],
} as const;

export type LabelGroup = keyof typeof groups | "others";

/** The labels under where they stand, in the order that a reader meets them. */
export function grouped(labels: Label[]): { name: LabelGroup; labels: Label[] }[] {
  const left = new Map(labels.map((l) => [l.key, l]));
  const found = (Object.keys(groups) as (keyof typeof groups)[]).map((name) => ({
    name: name as LabelGroup,
    labels: groups[name].flatMap((key) => {
      const label = left.get(key);
      left.delete(key);
      return label ? [label] : [];
    }),
  }));
  return [...found, { name: "others" as const, labels: [...left.values()] }].filter((g) => g.labels.length > 0);
}
