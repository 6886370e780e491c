import { useFormats } from "../../../ui/format";
import { useWords } from "../../../words/words";
import { useOrganizations } from "../known";
import { fields, lineOf, ownerOf, type Rule, tag } from "./rule";

/** Rules in words. */
export function useRuleWords() {
  const t = useWords("backend");
  const f = useFormats();
  const { path } = useOrganizations();
  const field = (of: string, key = "") => (of === tag ? t("rule.tagOf", { key }) : (fields as readonly string[]).includes(of) ? t(`rule.field.${of}` as "rule.field.account") : of);
  const condition = (c: NonNullable<Rule["conditions"]>[number]) => {
    const l = lineOf(c);
    return t(`rule.says.${l.test}`, { field: field(l.field, l.key), text: l.text });
  };
  const owner = (rule: Rule) => {
    const { kind, id } = ownerOf(rule);
    return t(`rule.gives.${kind}`, { name: kind === "account" ? id : path(id).join(" › ") });
  };
  return {
    field,
    /** Which rows a rule is for, and whose they are by it. */
    sentence: (rule: Rule) => {
      if (rule.when === "always") return t("rule.always", { owner: owner(rule) });
      const all = (rule.conditions ?? []).map(condition);
      return t("rule.sentence", { which: rule.when === "any" ? all.join(t("rule.or")) : f.list(all), owner: owner(rule) });
    },
    after: (rule: Rule) => t(rule.go_on ? "rule.goesOn" : "rule.stops"),
  };
}
