import { useMemo } from "react";

import { useFormats } from "../../ui/format";
import { hasWord, useWords } from "../../words/words";
import { type Match, type Rule, wayOf } from "./book";
import { classesOf, type Condition, conditionsOf } from "./conditions";

/** Rules of price books in words. */
export function useRuleWords() {
  const t = useWords("price");
  const f = useFormats();
  return useMemo(() => {
    const field = (name: string) => (hasWord("price", `field.${name}`) ? t(`field.${name}` as "field.service") : name);
    const basis = (name: string) => (hasWord("price", `basis.${name}`) ? t(`basis.${name}` as "basis.list") : name);
    const condition = (c: Condition) =>
      t(`condition.${c.not ? "not_" : ""}${c.how}` as "condition.is", { field: c.name === undefined ? field(c.field) : t("named", { kind: field(c.field), name: c.name }), value: f.list(c.values.map((v) => v || t("empty"))) });
    const percent = (value: string) => t("percent", { value: f.number(value, 6), sign: value.startsWith("-") ? "" : "+" });

    /** What a rule is for; nothing where it is for all usage. */
    const match = (of: Match): string[] => {
      const conditions = conditionsOf(of);
      const only = classesOf(of);
      return [
        ...(only.length ? [f.list(only.map((c) => t(`class.${c}`)))] : []),
        ...(conditions ? conditions.map(condition) : [JSON.stringify(of)]),
      ];
    };

    /** What a rule makes of a cost. */
    const price = (rule: Rule): string => {
      switch (wayOf(rule)) {
        case "exclude": return t("does.exclude");
        case "keep": return t("does.keep");
        case "percent": return percent(rule.percent!);
        case "unit_price": return t("does.unit", { price: f.number(rule.unit_price, 12) });
        case "tiers": return t("does.tiers", { count: rule.tiers!.length, first: tier(rule.tiers![0]), last: tier(rule.tiers!.at(-1)) });
        default: return t("does.none");
      }
    };
    const tier = (of: { unit_price?: string; percent?: string } | undefined) => (of?.unit_price !== undefined ? f.number(of.unit_price, 12) : of?.percent !== undefined ? percent(of.percent) : "");

    /** What holds beside that. */
    const beside = (rule: Rule): string[] => [
      rule.base && t("beside.base", { basis: basis(rule.base) }),
      rule.fee && t("beside.fee", { amount: f.number(rule.fee, 12) }),
      rule.floor && t("beside.floor", { amount: f.number(rule.floor, 12) }),
      rule.cap && t("beside.cap", { amount: f.number(rule.cap, 12) }),
      rule.not_below && t("beside.notBelow", { basis: basis(rule.not_below) }),
      rule.not_above && t("beside.notAbove", { basis: basis(rule.not_above) }),
      rule.managed && t("beside.managed", { factor: f.percent(rule.managed, 2) }),
      rule.round_unit_to && t("beside.round", { step: f.number(rule.round_unit_to, 12) }),
      rule.bill_free_tier && t("beside.freeTier"),
    ].filter((x): x is string => !!x);

    const dates = (rule: Rule): string | undefined => {
      if (rule.from && rule.to) return t("days.both", { from: f.day(rule.from), to: f.day(rule.to) });
      return rule.from ? t("days.from", { from: f.day(rule.from) }) : rule.to ? t("days.to", { to: f.day(rule.to) }) : undefined;
    };
    return { field, basis, match, price, beside, dates, condition };
  }, [t, f]);
}
