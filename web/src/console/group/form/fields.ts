import { planIDs } from "../../../ui/invoice/labels";

/** What an amount is in: the invoice's currency, percent, or a fixed word. */
export type Unit = "currency" | "percent" | "USD" | "months";

/** Declared things that a field may name, and what the group claims. */
export type Names = "billing_services" | "coupons" | "accounts" | "plans" | "layouts";

interface Common {
  /** Its name in the object around it. */
  name: string;
  /** Shown only with these values of a field beside it. */
  when?: [field: string, values: (string | undefined)[]];
  /** What holds where nothing is said, as it is written in the configuration. */
  default?: string;
  /** Takes a whole row. */
  wide?: boolean;
}

/** Kinds that need no more than their name; plans are a plan by account. */
type Plain = "text" | "lines" | "flag" | "day" | "month" | "days" | "due" | "words" | "plans";

export type Field = Common & (
  | { [Kind in Plain]: { kind: Kind } }[Plain]
  | { kind: "decimal"; unit?: Unit }
  | { kind: "integer"; unit?: Unit }
  | { kind: "choice"; of: readonly string[] }
  | { kind: "name"; of: Names }
  | { kind: "names"; of: Names }
  | { kind: "object"; of: Field[]; fresh?: Record<string, unknown> } // switched on with `fresh`
  | { kind: "list"; of: Field[]; fresh: Record<string, unknown>; row?: boolean } // row: narrow enough for one line
);

export interface Section {
  name: string;
  fields: Field[];
}

const providers = ["aws", "azure", "gcp", "oci", "alibaba"] as const;
export const categories = ["standard", "reduced", "zero", "exempt", "reverse-charge", "out-of-scope"] as const;
const span: Field[] = [{ name: "from", kind: "day" }, { name: "to", kind: "day" }];
const tiers: Field = {
  name: "tiers", kind: "list", row: true, wide: true, when: ["kind", ["tiered-price", "tiered-percent"]], fresh: { min: "0", value: "0" },
  of: [{ name: "min", kind: "decimal", unit: "currency" }, { name: "max", kind: "decimal", unit: "currency" }, { name: "value", kind: "decimal" }],
};

/** The settings of an invoice, as docs/reference/config.schema.json has them (InvoiceSettings), in the order in which one thinks of them. */
export const sections: Section[] = [
  {
    name: "document",
    fields: [
      { name: "series", kind: "text" },
      { name: "note_series", kind: "text" },
      { name: "per_provider", kind: "flag", wide: true },
      { name: "layout", kind: "name", of: "layouts", wide: true },
      { name: "note", kind: "lines", wide: true },
    ],
  },
  {
    name: "references",
    fields: [
      { name: "subject", kind: "text", wide: true },
      {
        name: "references", kind: "object", wide: true, of: [
          { name: "buyer", kind: "text", wide: true },
          { name: "order", kind: "text" },
          { name: "contract", kind: "text" },
          { name: "project", kind: "text" },
          { name: "accounting", kind: "text" },
        ],
      },
    ],
  },
  {
    name: "due",
    fields: [
      {
        name: "terms", kind: "object", wide: true, of: [
          { name: "due", kind: "due", default: "end-of-next-month", wide: true },
          { name: "weekend", kind: "choice", of: ["keep", "next-business-day", "previous-business-day"], default: "keep" },
          { name: "holidays", kind: "days" },
        ],
      },
    ],
  },
  {
    name: "rounding",
    fields: [
      {
        name: "rounding", kind: "object", wide: true, of: [
          { name: "mode", kind: "choice", of: ["half-up", "half-even", "down", "up"], default: "half-up" },
          { name: "point", kind: "choice", of: ["service", "account", "invoice"], default: "service" },
          { name: "digits", kind: "integer" },
        ],
      },
      { name: "exchange", kind: "choice", of: ["payer", "group"], default: "payer" },
    ],
  },
  {
    name: "support",
    fields: [{
      name: "support", kind: "list", wide: true, fresh: { kind: "percent", percent: "3" }, of: [
        { name: "kind", kind: "choice", of: ["percent", "plan", "bands", "fixed", "none"] },
        { name: "plan", kind: "choice", of: planIDs, when: ["kind", ["plan"]] },
        { name: "percent", kind: "decimal", unit: "percent", when: ["kind", ["percent"]] },
        { name: "amount", kind: "decimal", unit: "currency", when: ["kind", ["fixed"]] },
        { name: "minimum", kind: "decimal", unit: "USD", when: ["kind", ["plan", "bands"]] },
        { name: "adjust", kind: "decimal", unit: "percent", when: ["kind", ["plan", "bands"]] },
        { name: "scope", kind: "choice", of: ["group", "account"], default: "group", when: ["kind", ["plan", "percent", "bands"]] },
        { name: "base", kind: "choice", of: ["before-discount", "after-discount"], default: "before-discount", when: ["kind", ["plan", "percent", "bands"]] },
        { name: "provider", kind: "choice", of: providers },
        { name: "bands", kind: "list", row: true, wide: true, when: ["kind", ["bands"]], fresh: { percent: "10" }, of: [{ name: "up_to", kind: "decimal", unit: "USD" }, { name: "percent", kind: "decimal", unit: "percent" }] },
        { name: "accounts", kind: "plans", wide: true, when: ["scope", ["account"]] },
        ...span,
      ],
    }],
  },
  {
    name: "agency",
    fields: [{
      name: "agency", kind: "list", wide: true, fresh: { kind: "percent", percent: "2" }, of: [
        { name: "kind", kind: "choice", of: ["percent", "fixed", "greater", "tiered-price", "tiered-percent"] },
        { name: "percent", kind: "decimal", unit: "percent", when: ["kind", ["percent", "greater"]] },
        { name: "fixed", kind: "decimal", unit: "currency", when: ["kind", ["fixed", "greater"]] },
        tiers,
        { name: "base", kind: "choice", of: ["usage", "usage+support"], default: "usage" },
        { name: "base_discount", kind: "choice", of: ["before", "after"], default: "before" },
        { name: "scope", kind: "choice", of: ["group", "account"], default: "group" },
        { name: "provider", kind: "choice", of: providers },
        ...span,
      ],
    }],
  },
  {
    name: "discounts",
    fields: [
      { name: "discount", kind: "object", wide: true, fresh: { percent: "5" }, of: [{ name: "percent", kind: "decimal", unit: "percent" }, { name: "base", kind: "choice", of: ["usage", "usage+support", "subtotal"], default: "usage" }] },
      {
        name: "service_discounts", kind: "list", wide: true, fresh: { percent: "5" }, of: [
          { name: "percent", kind: "decimal", unit: "percent" },
          { name: "services", kind: "words", wide: true },
          { name: "accounts", kind: "names", of: "accounts", wide: true },
        ],
      },
    ],
  },
  {
    name: "services",
    fields: [{
      name: "billing_services", kind: "list", wide: true, fresh: {}, of: [
        { name: "service", kind: "name", of: "billing_services", wide: true },
        { name: "accounts", kind: "names", of: "accounts", wide: true },
        ...span,
      ],
    }],
  },
  {
    name: "promises",
    fields: [
      { name: "minimum", kind: "object", wide: true, fresh: { amount: "0" }, of: [{ name: "amount", kind: "decimal", unit: "currency" }, { name: "label", kind: "text" }] },
      {
        name: "spend_commitment", kind: "object", wide: true, fresh: { amount: "0", every: 12 }, of: [
          { name: "amount", kind: "decimal", unit: "currency" },
          { name: "every", kind: "integer", unit: "months" },
          { name: "from", kind: "month" },
          { name: "to", kind: "month" },
          { name: "base", kind: "choice", of: ["after-discount", "usage"], default: "after-discount" },
          { name: "label", kind: "text" },
        ],
      },
      {
        name: "yearly_fees", kind: "list", wide: true, fresh: { amount: "0" }, of: [
          { name: "name", kind: "text" },
          { name: "amount", kind: "decimal", unit: "currency" },
          { name: "from", kind: "month" },
          { name: "to", kind: "month" },
          { name: "tax", kind: "choice", of: categories },
        ],
      },
    ],
  },
  {
    name: "items",
    fields: [
      {
        name: "additional_items", kind: "list", wide: true, fresh: { label: "", unit_price: "0", quantity: "1" }, of: [
          { name: "label", kind: "text", wide: true },
          { name: "unit_price", kind: "decimal", unit: "currency" },
          { name: "quantity", kind: "decimal" },
          { name: "tax", kind: "choice", of: categories },
          { name: "tax_free", kind: "flag" },
          ...span,
        ],
      },
      { name: "coupons", kind: "names", of: "coupons", wide: true },
    ],
  },
  {
    name: "tax",
    fields: [
      { name: "tax_by", kind: "choice", of: ["settings", "regime"], default: "settings" },
      { name: "tax_inclusive", kind: "flag" },
      {
        name: "tax", kind: "list", wide: true, fresh: { category: "standard", percent: "10" }, of: [
          { name: "category", kind: "choice", of: categories },
          { name: "percent", kind: "decimal", unit: "percent" },
          { name: "label", kind: "text" },
          { name: "reason", kind: "text", when: ["category", ["exempt", "reverse-charge", "out-of-scope"]] },
          ...span,
        ],
      },
    ],
  },
  { name: "balance", fields: [{ name: "prepaid", kind: "flag", wide: true }, { name: "carry_credit", kind: "flag", wide: true }] },
  {
    name: "expect",
    fields: [{
      name: "expect", kind: "object", wide: true, fresh: { change_percent: "30" }, of: [
        { name: "change_percent", kind: "decimal", unit: "percent" },
        { name: "at_least", kind: "decimal", unit: "currency" },
        { name: "new_service", kind: "flag" },
        { name: "missing_account", kind: "flag" },
        { name: "zero_bill", kind: "flag" },
      ],
    }],
  },
];
