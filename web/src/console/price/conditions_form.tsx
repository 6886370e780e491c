import { ActionIcon, Button, Group, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";

import { useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";
import { fields } from "./book";
import { comparisons, type Comparison, type Condition } from "./conditions";
import { useRuleWords } from "./said";
import { FromBill } from "./from_bill";

const kinds = [...fields, "tags", "cost_categories"] as const;

/** What a rule is for, condition by condition; all must hold. */
export function Conditions({ conditions, onChange, period }: { conditions: Condition[]; onChange: (conditions: Condition[]) => void; period: string }) {
  const t = useWords("price");
  const put = (i: number, part: Partial<Condition>) => onChange(conditions.map((c, n) => (n === i ? { ...c, ...part } : c)));
  const service = conditions.find((c) => c.field === "service" && c.how === "is" && !c.not && c.values.length === 1)?.values[0];
  return (
    <Stack gap="xs">
      {conditions.map((c, i) => <One key={i} condition={c} period={period} service={c.field === "service" ? undefined : service} onChange={(part) => put(i, part)} onRemove={() => onChange(conditions.filter((_, n) => n !== i))} />)}
      <Button size="compact-sm" variant="default" leftSection={<IconPlus size={13} />} style={{ alignSelf: "flex-start" }} onClick={() => onChange([...conditions, { field: conditions.some((c) => c.field === "service") ? "usage_type" : "service", not: false, how: "is", values: [] }])}>{t("form.addCondition")}</Button>
    </Stack>
  );
}

function One({ condition, period, service, onChange, onRemove }: { condition: Condition; period: string; service?: string; onChange: (part: Partial<Condition>) => void; onRemove: () => void }) {
  const t = useWords("price");
  const words = useRuleWords();
  const named = condition.field === "tags" || condition.field === "cost_categories";
  const field = condition.field === "tags" ? `tag:${condition.name ?? ""}` : condition.field === "cost_categories" ? `cost_category:${condition.name ?? ""}` : condition.field;
  const names = useAsk("/api/v1/months/{period}/catalog", { params: { path: { period }, query: { field: [condition.field === "tags" ? "tag" : "cost_category"], limit: 200 } } }, { when: named });
  const how = `${condition.not ? "not_" : ""}${condition.how}`;
  return (
    <Group gap={6} align="flex-start" wrap="wrap" role="group" aria-label={words.field(condition.field)} style={{ borderInlineStart: "2px solid var(--rule)", paddingInlineStart: 10 }}>
      <Select aria-label={t("form.field")} w={168} allowDeselect={false} searchable value={condition.field} onChange={(v) => v && onChange({ field: v as Condition["field"], name: v === "tags" || v === "cost_categories" ? "" : undefined, values: [] })} data={kinds.map((value) => ({ value, label: words.field(value) }))} />
      {named && <Select aria-label={t("form.tagName")} w={140} searchable value={condition.name || null} onChange={(v) => onChange({ name: v ?? "", values: [] })} data={[...new Set([...(condition.name ? [condition.name] : []), ...(names.data?.fields[0]?.values.map((v) => v.value) ?? [])])]} />}
      <Select aria-label={t("form.how")} w={150} allowDeselect={false} value={how} onChange={(v) => v && onChange({ not: v.startsWith("not_"), how: v.replace("not_", "") as Comparison, values: v.endsWith("is") ? condition.values : condition.values.slice(0, 1) })} data={[false, true].flatMap((not) => comparisons.map((h) => ({ value: `${not ? "not_" : ""}${h}`, label: t(`how.${not ? "not_" : ""}${h}` as "how.is") })))} />
      {condition.how === "is"
        ? <Several field={field} period={period} service={service} values={condition.values} onChange={(values) => onChange({ values })} />
        : condition.how === "prefix"
          ? <FromBill label={t("form.value")} field={field} period={period} service={service} value={condition.values[0] ?? ""} onChange={(v) => onChange({ values: v ? [v] : [] })} />
          : <TextInput aria-label={t("form.value")} style={{ flex: 1, minWidth: 160 }} value={condition.values[0] ?? ""} onChange={(e) => onChange({ values: e.currentTarget.value ? [e.currentTarget.value] : [] })} />}
      <ActionIcon mt={6} aria-label={t("form.removeCondition", { field: words.field(condition.field) })} onClick={onRemove}><IconX size={15} /></ActionIcon>
    </Group>
  );
}

/** One of several texts, chosen from what the bill has, or written. */
function Several({ field, period, service, values, onChange }: { field: string; period: string; service?: string; values: string[]; onChange: (values: string[]) => void }) {
  const t = useWords("price");
  const f = useFormats();
  const catalog = useAsk("/api/v1/months/{period}/catalog", { params: { path: { period }, query: { field: [field], service, limit: 400 } } }, { when: !field.endsWith(":") });
  const known = new Map((catalog.data?.fields[0]?.values ?? []).map((v) => [v.value, v]));
  return (
    <TagsInput
      aria-label={t("form.value")} style={{ flex: 1, minWidth: 200 }} size="sm" value={values} onChange={onChange} data={[...known.keys()].filter(Boolean)} limit={60} maxDropdownHeight={260}
      placeholder={values.length ? undefined : t("form.valueHint")} splitChars={[]} acceptValueOnBlur
      renderOption={({ option }) => {
        const v = known.get(option.value);
        const [cost] = Object.entries(v?.cost ?? {});
        return (
          <Group justify="space-between" wrap="nowrap" gap="sm" w="100%" fz="sm">
            <span style={{ overflowWrap: "anywhere" }}>{option.value}{v?.label && <span className="soft"> {v.label}</span>}</span>
            {cost && <span className="soft num">{f.money(cost[1], cost[0])}</span>}
          </Group>
        );
      }}
    />
  );
}
