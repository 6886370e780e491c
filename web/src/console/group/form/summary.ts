import { useFormats } from "../../../ui/format";
import { isDecimal } from "../../../ui/decimal";
import { planName } from "../../../ui/invoice/labels";
import type { Over } from "../preview";
import { useFieldWords, useForm } from "./context";
import { dueOf } from "./due";
import type { Section } from "./fields";

/** Says in one line what holds in a section. */
export function useSummary(): (section: Section, settings: Over) => string {
  const w = useFieldWords();
  const f = useFormats();
  const { currency } = useForm();
  const { t } = w;
  const list = (name: string, s: Over) => (s[name] as Over[] | undefined) ?? [];
  const object = (name: string, s: Over) => (s[name] as Over | undefined) ?? {};
  const text = (value: unknown) => (typeof value === "string" || typeof value === "number" ? String(value) : "");
  const percent = (value: unknown) => (isDecimal(text(value)) ? `${f.number(text(value), 6)}%` : "–");
  const money = (value: unknown) => (isDecimal(text(value)) && currency ? f.money(text(value), currency) : text(value) || "–");
  const charge = (c: Over) => {
    switch (c.kind) {
      case "plan": return planName(text(c.plan));
      case "percent": return percent(c.percent);
      case "fixed": return money(c.amount ?? c.fixed);
      case "greater": return t("summary.greater", { percent: percent(c.percent), amount: money(c.fixed) });
      default: return w.option("kind", text(c.kind));
    }
  };
  const joined = (parts: (string | false | undefined)[], or: string) => parts.filter(Boolean).join(" · ") || or;
  const none = t("summary.none");
  const of: Record<string, (s: Over) => string> = {
    document: (s) => joined([text(s.series) || t("summary.noSeries"), s.per_provider === true && t("summary.perProvider"), text(s.layout), !!s.note && t("summary.note")], none),
    references: (s) => joined([text(s.subject), ...["buyer", "order", "contract", "project", "accounting"].map((name) => text(object("references", s)[name]))], none),
    due: (s) => {
      const due = dueOf(text(object("terms", s).due) || "end-of-next-month");
      return t(`due.said.${due.kind}` as "due.said.net", { count: due.count });
    },
    rounding: (s) => {
      const r = object("rounding", s);
      return joined([w.option("mode", text(r.mode) || "half-up"), w.option("point", text(r.point) || "service")], none);
    },
    support: (s) => joined(list("support", s).map(charge), none),
    agency: (s) => joined(list("agency", s).map(charge), none),
    discounts: (s) => joined([
      s.discount ? t("summary.discount", { percent: percent(object("discount", s).percent) }) : "",
      list("service_discounts", s).length > 0 && t("summary.serviceDiscounts", { count: list("service_discounts", s).length }),
    ], none),
    services: (s) => joined(list("billing_services", s).map((u) => text(u.service)), none),
    promises: (s) => joined([
      s.minimum ? t("summary.minimum", { amount: money(object("minimum", s).amount) }) : "",
      s.spend_commitment ? t("summary.spend", { amount: money(object("spend_commitment", s).amount), months: text(object("spend_commitment", s).every) }) : "",
      list("yearly_fees", s).length > 0 && t("summary.yearly", { count: list("yearly_fees", s).length }),
    ], none),
    items: (s) => joined([
      list("additional_items", s).length > 0 && t("summary.items", { count: list("additional_items", s).length }),
      ((s.coupons as string[] | undefined) ?? []).length > 0 && f.list(s.coupons as string[]),
    ], none),
    tax: (s) => joined([
      s.tax_by === "regime" ? w.option("tax_by", "regime") : list("tax", s).map((x) => `${text(x.label) || w.option("category", text(x.category))} ${percent(x.percent)}`).join(", "),
      s.tax_inclusive === true && t("summary.taxIn"),
    ], none),
    balance: (s) => joined([s.prepaid === true && t("summary.prepaid"), s.carry_credit === true && t("summary.carried")], none),
    expect: (s) => (s.expect ? joined([object("expect", s).change_percent !== undefined && t("summary.change", { percent: percent(object("expect", s).change_percent) }), object("expect", s).new_service === true && t("summary.newService"), object("expect", s).missing_account === true && t("summary.missingAccount"), object("expect", s).zero_bill === true && t("summary.zero")], none) : none),
  };
  return (section, settings) => of[section.name]?.(settings) ?? "";
}
