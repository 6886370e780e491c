import type { Schema } from "../../../api/query";
import { absolute, compare, type Decimal, isZero, minus, sum } from "../../../ui/decimal";
import type { Paper } from "../../../ui/invoice/paper";

/** What a step is called; the words are why.step.<key>. */
export type StepKey =
  | "account" | "line" | "support" | "agency" | "discount" | "surcharge" | "service" | "shortfall" | "charge" | "item" | "items" | "coupon" | "tax"
  | "usage_total" | "support_total" | "agency_total" | "subtotal" | "discount_total" | "after_discount" | "before_tax" | "tax_total" | "total" | "prepaid_used" | "carried"
  | "price" | "rate" | "exact" | "rounded" | "residue" | "base" | "percent" | "band" | "minimum" | "adjust" | "fixed" | "quantity" | "unit_price" | "promised" | "counted" | "rest" | "basis" | "days" | "reason" | "balance";

export interface Step {
  key: StepKey;
  /** Of what: a service, an account, a band's percent. */
  of?: string;
  amount?: Decimal;
  currency?: string; // none: a plain number
  /** A text in the place of an amount. */
  text?: string;
  /** Shown as a share: "10" is 10%. */
  percent?: Decimal;
  /** To its last digit, as it is calculated with. */
  exact?: boolean;
  /** The path that has its own explanation. */
  to?: string;
  strong?: boolean;
}

export interface How {
  /** "sum": the steps add up to it; "rule": they are calculated one after the other. */
  kind: "sum" | "rule";
  amount: Decimal;
  steps: Step[];
  /** Of a line or an account: whose usage it is. */
  usage?: { account: string; service?: string; cost?: Decimal; currency?: string; place?: "usage" | "marketplace" };
}

const negative = (a: Decimal): Decimal => minus("0", a);

/** How an amount of a document came about, from what the document itself says. Nothing where it has no such path. */
export function howOf(inv: Paper, path: string): How | undefined {
  const [, part, at, inner] = /^(\w+)(?:\[(\d+)\])?(?:\.(.+))?$/.exec(path) ?? [];
  const index = Number(at ?? -1);
  switch (part) {
    case "accounts": return inner?.startsWith("lines") ? lineHow(inv, index, Number(/\d+/.exec(inner)?.[0] ?? -1)) : accountHow(inv, index);
    case "support": case "agency": return feeHow(inv, inv[part]?.[index]);
    case "discounts": return discountHow(inv, inv.discounts?.[index]);
    case "taxes": return taxHow(inv, inv.taxes?.[index]);
    case "billing_services": return serviceHow(inv, inv.billing_services?.[index]);
    case "shortfalls": return shortfallHow(inv, inv.shortfalls?.[index]);
    case "charges": return chargeHow(inv, inv.charges?.[index]);
    case "additional_items": return index < 0 ? itemsHow(inv) : itemHow(inv, inv.additional_items?.[index]);
    case "coupons": return couponHow(inv, inv.coupons?.[index]);
    default: return sumHow(inv, part ?? "");
  }
}

/** The sums of section E: what is added to what. */
function sumHow(inv: Paper, part: string): How | undefined {
  const c = inv.currency;
  const step = (key: StepKey, amount: Decimal, to: string | undefined = key, of?: string): Step => ({ key, amount, currency: c, to, of });
  const some = (s: Step) => (isZero(s.amount ?? "0") ? [] : [s]);
  const fees = (of: "support" | "agency") => (inv[of] ?? []).map((fee, i) => step(of, fee.amount, `${of}[${i}].amount`, fee.plan ?? fee.provider));
  switch (part) {
    case "payable": return close(inv.payable, c, [step("total", inv.total), ...some(step("prepaid_used", negative(inv.prepaid_used))), ...some(step("carried", inv.carried))]);
    case "total": return close(inv.total, c, inv.tax_inclusive ? [step("before_tax", minus(inv.total, inv.tax_total)), ...some(step("tax_total", inv.tax_total))] : [step("before_tax", inv.before_tax), ...(inv.taxes ?? []).map((t, i) => step("tax", t.amount, `taxes[${i}].amount`, t.label))]);
    case "tax_total": return close(inv.tax_total, c, (inv.taxes ?? []).map((t, i) => step("tax", t.amount, `taxes[${i}].amount`, t.label)));
    case "before_tax": return close(inv.before_tax, c, [
      step("after_discount", inv.after_discount),
      ...(inv.billing_services ?? []).map((s, i) => step("service", s.amount, `billing_services[${i}].amount`, s.name)),
      ...(inv.shortfalls ?? []).map((s, i) => step("shortfall", s.amount, `shortfalls[${i}].amount`, s.label)),
      ...(inv.charges ?? []).map((x, i) => step("charge", x.amount, `charges[${i}].amount`, x.label)),
      ...(inv.additional_items ?? []).map((x, i) => step("item", x.amount, `additional_items[${i}].amount`, x.label)),
      ...(inv.coupons ?? []).map((x, i) => step("coupon", x.amount, `coupons[${i}].amount`, x.label ?? x.code)),
    ].filter((s, i) => i === 0 || !isZero(s.amount ?? "0")));
    case "after_discount": return close(inv.after_discount, c, [step("subtotal", inv.subtotal), ...(inv.discounts ?? []).map((d, i) => step(compare(d.percent, "0") < 0 ? "surcharge" : "discount", negative(d.amount), `discounts[${i}].amount`))]);
    case "discount_total": return close(inv.discount_total, c, (inv.discounts ?? []).map((d, i) => step("discount", d.amount, `discounts[${i}].amount`)));
    case "subtotal": return close(inv.subtotal, c, [step("usage_total", inv.usage_total), ...fees("support"), ...fees("agency")]);
    case "support_total": return close(inv.support_total, c, fees("support"));
    case "agency_total": return close(inv.agency_total, c, fees("agency"));
    case "usage_total": return close(inv.usage_total, c, inv.accounts.map((a, i) => step("account", a.total, `accounts[${i}].total`, a.name || a.account)));
    case "prepaid_used": return rule(negative(inv.prepaid_used), [{ key: "balance", amount: inv.prepaid_balance, currency: c }, step("total", inv.total)]);
    case "carried": return rule(inv.carried, [step("total", inv.total)]);
    case "tax_free": return rule(inv.tax_free, (inv.additional_items ?? []).flatMap((x, i) => (x.tax_free ? [step("item", x.amount, `additional_items[${i}].amount`, x.label)] : [])));
    default: return undefined;
  }
}

/** A sum with its steps; where they do not add up, the rest is said. */
function close(amount: Decimal, currency: string, steps: Step[]): How {
  const rest = minus(amount, sum(steps.map((s) => s.amount ?? "0")));
  return { kind: "sum", amount, steps: isZero(rest) ? steps : [...steps, { key: "rest", amount: rest, currency }] };
}

const rule = (amount: Decimal, steps: Step[], usage?: How["usage"]): How => ({ kind: "rule", amount, steps, usage });

/** How the exact amount became the printed one. */
function rounding(inv: Paper, exact: Decimal, amount: Decimal): Step[] {
  return [
    { key: "exact", amount: exact, currency: inv.currency, exact: true },
    { key: "rounded", of: inv.rounding.mode, amount, currency: inv.currency, strong: true },
    ...(isZero(minus(amount, exact)) ? [] : [{ key: "residue" as const, amount: minus(amount, exact), currency: inv.currency, exact: true }]),
  ];
}

function accountHow(inv: Paper, at: number): How | undefined {
  const account = inv.accounts[at];
  if (!account) return undefined;
  return {
    ...close(account.total, inv.currency, account.lines.map((l, i) => ({ key: "line", of: l.service, amount: l.amount, currency: inv.currency, to: `accounts[${at}].lines[${i}].amount` }))),
    usage: { account: account.account },
  };
}

function lineHow(inv: Paper, at: number, index: number): How | undefined {
  const account = inv.accounts[at];
  const line = account?.lines[index];
  if (!account || !line) return undefined;
  const rate = inv.rates?.find((r) => r.rate === line.rate && r.from === line.cost_currency);
  return rule(line.amount, [
    { key: "price", amount: line.cost, currency: line.cost_currency, exact: true },
    ...(line.cost_currency === inv.currency ? [] : [{ key: "rate" as const, of: rate?.level, text: `${line.rate} ${inv.currency}/${line.cost_currency}` }]),
    ...rounding(inv, line.exact, line.amount),
  ], line.kind === "entry" ? undefined : { account: account.account, service: line.service, cost: line.cost, currency: line.cost_currency, place: line.kind === "marketplace" ? "marketplace" : "usage" });
}

function feeHow(inv: Paper, fee: Schema<"InvoiceFee"> | undefined): How | undefined {
  if (!fee) return undefined;
  const c = fee.base_currency;
  return rule(fee.amount, [
    { key: "base", amount: fee.base, currency: c, exact: true },
    ...(fee.bands ?? []).map((b): Step => ({ key: "band", of: b.percent, amount: b.part, currency: c, exact: true })),
    ...(fee.percent ? [{ key: "percent" as const, percent: fee.percent }] : []),
    ...(fee.minimum ? [{ key: "minimum" as const, amount: fee.minimum, currency: c }] : []),
    ...(fee.adjust && !isZero(fee.adjust) ? [{ key: "adjust" as const, percent: fee.adjust }] : []),
    ...(c === inv.currency ? [] : [{ key: "rate" as const, text: `${fee.rate} ${inv.currency}/${c}` }]),
    ...rounding(inv, fee.exact, fee.amount),
  ]);
}

// What a percentage is on, as far as the document has it as an amount of its own.
const bases: Record<string, [StepKey, (inv: Paper) => Decimal]> = {
  usage: ["usage_total", (inv) => inv.usage_total],
  subtotal: ["subtotal", (inv) => inv.subtotal],
  "usage+support": ["usage_total", (inv) => sum([inv.usage_total, inv.support_total])],
};

function discountHow(inv: Paper, d: Schema<"InvoiceDiscount"> | undefined): How | undefined {
  if (!d) return undefined;
  const base = bases[d.base] ?? bases.usage!;
  const whole = !d.accounts?.length && !d.services?.length;
  return rule(negative(d.amount), [
    ...(whole ? [{ key: base[0], amount: base[1](inv), currency: inv.currency, to: base[0] }] : [{ key: "basis" as const, text: [...(d.services ?? []), ...(d.accounts ?? [])].join(", ") }]),
    { key: "percent", percent: d.percent },
    { key: "rounded", of: inv.rounding.mode, amount: negative(d.amount), currency: inv.currency, strong: true },
  ]);
}

function taxHow(inv: Paper, tax: Schema<"InvoiceTax"> | undefined): How | undefined {
  if (!tax) return undefined;
  return rule(tax.amount, [
    { key: "base", amount: tax.base, currency: inv.currency, to: "before_tax" },
    { key: "percent", percent: tax.percent },
    ...(tax.reason ? [{ key: "reason" as const, text: tax.reason }] : []),
    { key: "rounded", of: inv.rounding.mode, amount: tax.amount, currency: inv.currency, strong: true },
  ]);
}

function serviceHow(inv: Paper, s: Schema<"InvoiceService"> | undefined): How | undefined {
  return s && rule(s.amount, [...(s.account ? [{ key: "basis" as const, text: s.account }] : []), { key: "base", amount: s.base, currency: inv.currency }, { key: "service", of: s.name, amount: s.amount, currency: inv.currency, strong: true }]);
}

function shortfallHow(inv: Paper, s: Schema<"InvoiceShortfall"> | undefined): How | undefined {
  return s && { kind: "sum", amount: s.amount, steps: [{ key: "promised", amount: s.promised, currency: inv.currency }, { key: "counted", amount: negative(absolute(s.counted)), currency: inv.currency }] };
}

function chargeHow(inv: Paper, c: Schema<"InvoiceCharge"> | undefined): How | undefined {
  return c && rule(c.amount, [
    ...(c.first && c.last ? [{ key: "days" as const, text: `${c.first} – ${c.last}` }] : []),
    ...(c.account ? [{ key: "basis" as const, text: c.account }] : []),
    { key: "charge", of: c.label ?? c.kind, amount: c.amount, currency: inv.currency, strong: true },
  ]);
}

function itemHow(inv: Paper, item: Schema<"InvoiceItem"> | undefined): How | undefined {
  return item && rule(item.amount, [
    { key: "quantity", amount: item.quantity }, { key: "unit_price", amount: item.unit_price, currency: inv.currency, exact: true },
    { key: "rounded", of: inv.rounding.mode, amount: item.amount, currency: inv.currency, strong: true },
  ]);
}

function itemsHow(inv: Paper): How {
  const items = inv.additional_items ?? [];
  return close(sum(items.map((i) => i.amount)), inv.currency, items.map((x, i) => ({ key: "item", of: x.label, amount: x.amount, currency: inv.currency, to: `additional_items[${i}].amount` })));
}

function couponHow(inv: Paper, c: Schema<"InvoiceCoupon"> | undefined): How | undefined {
  return c && rule(c.amount, [
    { key: "basis", text: c.code },
    ...(c.percent ? [{ key: "percent" as const, percent: c.percent }] : [{ key: "fixed" as const, amount: c.amount, currency: inv.currency }]),
    { key: "coupon", of: c.label ?? c.code, amount: c.amount, currency: inv.currency, strong: true },
  ]);
}
