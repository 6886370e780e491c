import { compare, isZero, minus, sum } from "../decimal";
import { day, days, fixed, type Labels, percentage, planName, providerName, put, sentence, separate } from "./labels";
import type { Paper } from "./paper";
import type { Schema } from "../../api/query";

/** A line of the totals. A strong one is a sum; one within is counted by another already. */
export interface SumLine {
  path: string; // of its amount in the document
  label: string;
  amount: string;
  details: string[];
  strong?: boolean;
  within?: boolean;
}

const negative = (amount: string) => minus("0", amount);

/** The totals in the order of section E of the rules, as the PDF has them: what is 0 is left out; the rest adds up from line to line. */
export function sumLines(inv: Paper, l: Labels): SumLine[] {
  const w = writer(inv, l);
  const discounts = discountLines(inv, w);
  const strong = (path: string, label: string, amount: string): SumLine => ({ path, label, amount, details: [], strong: true });
  const taxes = taxLines(inv, w);
  return [
    { path: "usage_total", label: l.usage, amount: inv.usage_total, details: [] },
    ...feeLines("support", l.support, inv.support ?? [], w),
    ...feeLines("agency", l.agency, inv.agency ?? [], w),
    ...(compare(inv.subtotal, inv.usage_total) === 0 ? [] : [strong("subtotal", l.subtotal, inv.subtotal)]),
    ...discounts,
    ...(discounts.length ? [strong("after_discount", l.afterDiscount, inv.after_discount)] : []),
    ...chargeLines(inv, w),
    strong("before_tax", l.beforeTax, inv.before_tax),
    ...(isZero(inv.tax_free) ? [] : [{ path: "tax_free", label: w.within(w.taxFree()), amount: inv.tax_free, details: [], within: true }]),
    ...(inv.tax_inclusive ? [strong("total", l.totalWithTax, inv.total), ...taxes] : [...taxes, strong("total", l.grandTotal, inv.total)]),
    ...prepaidLines(inv, w),
  ];
}

type Writer = ReturnType<typeof writer>;

/** Writes parts of a document in its language. */
export function writer(inv: Paper, l: Labels) {
  const category = (of: string) => (l.categories as Record<string, string>)[of] ?? of;
  return {
    l, inv, category,
    money: (amount: string) => fixed(l, amount, inv.digits),
    in: (currency: string, amount: string) => `${currency} ${fixed(l, amount, currencyDigits(currency))}`,
    percent: (value: string) => percentage(l, value),
    within: (label: string) => sentence(put(l.within, label)),
    /** The word for what is free of tax: that of the category which the document states it under. */
    taxFree: () => {
      const stated = ["exempt", "out-of-scope"].find((c) => inv.taxes?.some((t) => t.category === c));
      return stated ? category(stated) : l.taxFreeItem;
    },
    account: (id: string) => {
      const named = inv.accounts.find((a) => a.account === id && a.name);
      return named ? `${named.name} (${id})` : sentence(put(l.account, id));
    },
  };
}

const currencyDigits = (currency: string): number => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

function feeLines(part: "support" | "agency", label: string, fees: Schema<"InvoiceFee">[], w: Writer): SumLine[] {
  return fees.flatMap((fee, i) => {
    if (isZero(fee.amount)) return [];
    const of = fee.plan ? planName(fee.plan) : fee.provider ? providerName(fee.provider, w.inv.provider_names) : "";
    return [{ path: `${part}[${i}].amount`, label: `${label} ${of}`.trim(), amount: fee.amount, details: [...(fee.account ? [w.account(fee.account)] : []), ...feeParts(fee, w)] }];
  });
}

/** What a fee is made of: percentages and what they are on, the least it is, what was added on top, the exchange rate. */
function feeParts(fee: Schema<"InvoiceFee">, w: Writer): string[] {
  const { l } = w;
  const of = (percent: string, base: string) => put(l.ofBase, w.percent(percent), w.in(fee.base_currency, base));
  const parts = (fee.bands ?? []).map((band) => of(band.percent, band.part));
  if (fee.percent && (fee.kind === "percent" || fee.kind === "greater")) parts.push(of(fee.percent, fee.base));
  if (fee.minimum) parts.push(parts.length ? put(l.atLeast, w.in(fee.base_currency, fee.minimum)) : w.in(fee.base_currency, fee.minimum));
  if (fee.adjust && !isZero(fee.adjust)) parts.push(put(l.adjusted, (fee.adjust.startsWith("-") ? "" : "+") + w.percent(fee.adjust)));
  if (fee.base_currency !== w.inv.currency) parts.push(`1 ${fee.base_currency} = ${separate(l, fee.rate)} ${w.inv.currency}`);
  return parts;
}

function discountLines(inv: Paper, w: Writer): SumLine[] {
  const { l } = w;
  const label = (d: Schema<"InvoiceDiscount">) => {
    const more = d.percent.startsWith("-"); // a surcharge is a negative discount
    const text = d.base === "usage+support" ? (more ? l.surchargeOnUsageAndSupport : l.discountOnUsageAndSupport)
      : d.base === "subtotal" ? (more ? l.surchargeOnSubtotal : l.discountOnSubtotal)
      : more ? l.surchargeOnUsage : l.discountOnUsage;
    return put(text, w.percent(d.percent.replace("-", "")));
  };
  return (inv.discounts ?? []).flatMap((d, i) => isZero(d.amount) ? [] : [{
    path: `discounts[${i}].amount`, label: label(d), amount: negative(d.amount),
    details: [
      (d.services ?? []).map((s) => (s === "otherServices" ? l.otherServices : s)).join(", "),
      (d.accounts ?? []).map(w.account).join(", "),
    ].filter(Boolean),
  }]);
}

/** The charges after the discount: billing services, shortfalls, others, additional items in one line, coupons. */
function chargeLines(inv: Paper, w: Writer): SumLine[] {
  const { l } = w;
  const names = l.charges as Record<string, string>;
  const taxed = (of: { tax?: string; tax_free?: boolean }) => (of.tax_free ? [w.taxFree()] : of.tax ? [w.category(of.tax)] : []);
  const lines: SumLine[] = [
    ...(inv.billing_services ?? []).map((s, i) => ({
      path: `billing_services[${i}].amount`, label: s.name, amount: s.amount, details: [...(s.account ? [w.account(s.account)] : []), ...taxed(s)],
    })),
    ...(inv.shortfalls ?? []).map((s, i) => ({
      path: `shortfalls[${i}].amount`, label: s.label || names[s.kind] || s.kind, amount: s.amount, details: [put(l.promised, w.money(s.promised), w.money(s.counted))],
    })),
    ...(inv.charges ?? []).map((c, i) => ({
      path: `charges[${i}].amount`, label: c.label || names[c.kind] || c.kind, amount: c.amount,
      details: [...(c.first && c.last ? [days(l, c.first, c.last)] : []), ...(c.account ? [w.account(c.account)] : []), ...taxed(c)],
    })),
    ...(inv.additional_items?.length ? [{ path: "additional_items", label: l.items, amount: sum(inv.additional_items.map((i) => i.amount)), details: [] }] : []),
    ...(inv.coupons ?? []).map((c, i) => {
      const name = put(l.coupon, c.code) + (c.percent ? `, ${w.percent(c.percent)}` : "");
      return { path: `coupons[${i}].amount`, label: c.label || name, amount: c.amount, details: c.label ? [name] : [] };
    }),
  ];
  return lines.filter((line) => line.path === "additional_items" || !isZero(line.amount));
}

/** The taxes with what they are on, and why one is not charged; where the total is printed tax in, they are parts of it. */
function taxLines(inv: Paper, w: Writer): SumLine[] {
  const { l } = w;
  const of = (label: string) => (inv.tax_inclusive ? w.within(label) : label);
  const reason = (code: string) => ((l.reasons as Record<string, string>)[code] ? `${(l.reasons as Record<string, string>)[code]} (${code})` : code);
  const lines: SumLine[] = (inv.taxes ?? []).flatMap((tax, i) => isZero(tax.base) && isZero(tax.amount) ? [] : [{
    path: `taxes[${i}].amount`, label: of(taxLabel(tax, w)), amount: tax.amount, details: tax.reason ? [reason(tax.reason)] : [], within: inv.tax_inclusive,
  }]);
  return lines.length > 1 ? [...lines, { path: "tax_total", label: of(l.taxTotal), amount: inv.tax_total, details: [], within: true }] : lines;
}

/** Names a tax, its rate and what it is on. One that is not charged has no rate. */
function taxLabel(tax: Schema<"InvoiceTax">, w: Writer): string {
  const { l } = w;
  const base = w.money(tax.base);
  const own = (l.taxes as Record<string, string>)[tax.label ?? ""] ?? tax.label ?? "";
  if (["exempt", "reverse-charge", "out-of-scope"].includes(tax.category)) {
    // Labels that come with Sluice for what is not taxed are English; other languages have the category's word.
    const given = own === "Reverse charge" || own.startsWith("Outside the scope of ");
    const name = own === "" || (given && l.tax !== "Tax") ? sentence(w.category(tax.category)) : own;
    return put(l.taxOnNothing, name, base);
  }
  return put(l.taxOn, own || l.tax, w.percent(tax.percent), base);
}

/** What the group's balance pays, and what goes to it. */
function prepaidLines(inv: Paper, w: Writer): SumLine[] {
  const details = inv.prepaid_balance === undefined ? [] : [
    sentence(put(w.l.balance, w.money(inv.prepaid_balance), w.money(sum([inv.prepaid_balance, negative(inv.prepaid_used), inv.carried])))),
  ];
  return [
    ...(isZero(inv.prepaid_used) ? [] : [{ path: "prepaid_used", label: w.l.prepaid, amount: negative(inv.prepaid_used), details }]),
    ...(isZero(inv.carried) ? [] : [{ path: "carried", label: w.l.carried, amount: inv.carried, details }]),
  ];
}

/** What is left to pay, or to give back, or went to the balance instead. */
export function payable(inv: Paper, l: Labels): { label: string; amount: string } {
  if (!isZero(inv.carried) && isZero(inv.payable)) return { label: l.carried, amount: inv.carried };
  if (inv.document === "credit-note") return { label: l.credited, amount: negative(inv.payable) };
  return { label: l.payable, amount: inv.payable };
}

/** The sections below the totals: how to pay, the note, rates, rounding, what is to be known about the prices. */
export function noteSections(inv: Paper, l: Labels): { path: string; heading: string; lines: string[] }[] {
  const levels = (rate: Schema<"InvoiceRate">) => rate.level === "payer" ? put(l.payerRate, rate.payer ?? "") : rate.level === "group" ? l.groupRate : l.commonRate;
  const rounding = put({ account: l.perAccount, invoice: l.perInvoice }[inv.rounding.point] ?? l.perService, (l.modes as Record<string, string>)[inv.rounding.mode] ?? inv.rounding.mode);
  const residue = inv.usage_residue && !isZero(inv.usage_residue) ? [put(l.residue, separate(l, inv.usage_residue), inv.currency)] : [];
  const pricing = (inv.notes ?? []).map((note) => {
    switch (note.code) {
      case "commitments-as-applied": return put(l.asApplied, providerName(note.args?.[0] ?? "", inv.provider_names));
      case "commitments-by-day": return l.byDay;
      case "tiers-alone": return l.tiersAlone;
      default: return note.code;
    }
  });
  return [
    { path: "payment", heading: l.payment, lines: inv.document === "credit-note" ? [] : inv.payment ?? [] },
    { path: "note", heading: l.note, lines: inv.note ? inv.note.split("\n") : [] },
    { path: "rates", heading: l.rates, lines: (inv.rates ?? []).map((r) => `1 ${r.from} = ${separate(l, r.rate)} ${r.to} (${levels(r)})`) },
    { path: "rounding", heading: l.rounding, lines: [rounding, ...residue] },
    { path: "notes", heading: l.pricing, lines: pricing },
  ].filter((section) => section.lines.length > 0);
}

/** The terms as a text, where a draft has no due date yet, are said by the page around it. */
export const dueDay = (inv: Paper, l: Labels): string | undefined => (inv.due_date && !inv.payable.startsWith("-") && !isZero(inv.payable) ? day(l, inv.due_date) : undefined);
