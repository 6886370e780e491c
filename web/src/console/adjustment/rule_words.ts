import { useMemo } from "react";

import { useFormats } from "../../ui/format";
import { hasWord, useWords } from "../../words/words";
import { type Condition, conditionsOf, type Field, type Filter, type Rule } from "./rule";

/** Rules for entries in words: "Refunds and credits go on the invoice of whoever owns the account". */
export function useRuleWords() {
  const t = useWords("adjustment");
  const compared = useWords("price");
  const f = useFormats();
  return useMemo(() => {
    const field = (name: Field) => t(`rule.field.${name}`);
    const many = (kind: string) => (hasWord("adjustment", `rule.many.${kind}`) ? t(`rule.many.${kind}` as "rule.many.fee") : kind);
    const condition = (c: Condition) => compared(`condition.${c.not ? "not_" : ""}${c.how}` as "condition.is", { field: field(c.field), value: f.list(c.values) });
    const filter = (of: Filter): string => {
      const conditions = conditionsOf(of);
      if (!conditions) return t("rule.where", { what: t("rule.all"), conditions: JSON.stringify(of) });
      const kinds = conditions.find((c) => c.field === "kind" && c.how === "is" && !c.not);
      const what = kinds ? f.list(kinds.values.map(many)) : t("rule.all");
      const others = conditions.filter((c) => c !== kinds);
      return others.length ? t("rule.where", { what, conditions: f.list(others.map(condition)) }) : what;
    };
    /** The whole rule as a sentence. */
    const sentence = (rule: Rule): string => {
      const what = rule.any.map(filter).reduce((first, second) => t("rule.or", { first, second }));
      const said = rule.action === "keep" ? t("rule.sayKeep", { what }) : rule.group ? t("rule.sayGroup", { what, group: rule.group }) : t("rule.sayOwner", { what });
      return said.charAt(0).toLocaleUpperCase() + said.slice(1);
    };
    /** What holds beside that. */
    const beside = (rule: Rule): string[] => [
      rule.payer && t("rule.ofPayer", { payer: rule.payer }), rule.tax_free && t("one.taxFree"),
      rule.from && t("rule.since", { month: f.period(rule.from, true) }), rule.to && t("rule.until", { month: f.period(rule.to, true) }),
    ].filter((x): x is string => !!x);
    return { field, sentence, beside, how: (c: string) => compared(`how.${c}` as "how.is") };
  }, [t, compared, f]);
}
