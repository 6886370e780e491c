import { ActionIcon, Button, Group, MultiSelect, Select, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";

import { useWords } from "../../words/words";
import { type Comparison, comparisons } from "../price/conditions";
import type { Entry } from "./balance";
import { type Condition, type Field, fields, kinds } from "./rule";
import { useRuleWords } from "./rule_words";
import { useKind } from "./state";

/** The conditions of a filter: all must hold. What the month's entries have is offered. */
export function Conditions({ number, conditions, entries, onChange }: { number: number; conditions: Condition[]; entries: Entry[]; onChange: (conditions: Condition[]) => void }) {
  const t = useWords("adjustment");
  const words = useRuleWords();
  const kind = useKind();
  const put = (i: number, part: Partial<Condition>) => onChange(conditions.map((c, n) => (n === i ? { ...c, ...part } : c)));
  return (
    <Stack gap="xs" role="group" aria-label={t("rule.filter", { number })} style={{ borderInlineStart: "2px solid var(--rule)", paddingInlineStart: 10 }}>
      {conditions.length === 0 && <Text size="sm" c="dimmed">{t("rule.every")}</Text>}
      {conditions.map((c, i) => (
        <Group key={i} gap={6} align="flex-start">
          <Select aria-label={t("rule.fieldOf", { number: i + 1 })} w={150} allowDeselect={false} value={c.field} onChange={(v) => v && put(i, { field: v as Field, values: [], ...(v === "kind" ? { how: "is" } : {}) })} data={fields.map((value) => ({ value, label: words.field(value) }))} />
          <Select
            aria-label={t("rule.howOf", { number: i + 1 })} w={170} allowDeselect={false} value={`${c.not ? "not_" : ""}${c.how}`}
            onChange={(v) => v && put(i, { not: v.startsWith("not_"), how: v.replace("not_", "") as Comparison, values: v.endsWith("is") ? c.values : c.values.slice(0, 1) })}
            data={[false, true].flatMap((not) => comparisons.filter((how) => c.field !== "kind" || how === "is").map((how) => ({ value: `${not ? "not_" : ""}${how}`, label: words.how(`${not ? "not_" : ""}${how}`) })))}
          />
          {c.field === "kind"
            ? <MultiSelect searchable aria-label={t("rule.valueOf", { number: i + 1 })} style={{ flex: 1, minWidth: 190 }} value={c.values} onChange={(values) => put(i, { values })} data={kinds.map((value) => ({ value, label: kind(value) }))} />
            : c.how === "is"
              ? <TagsInput aria-label={t("rule.valueOf", { number: i + 1 })} style={{ flex: 1, minWidth: 190 }} splitChars={[]} acceptValueOnBlur maxDropdownHeight={240} value={c.values} onChange={(values) => put(i, { values })} data={offered(entries, c.field)} />
              : <TextInput aria-label={t("rule.valueOf", { number: i + 1 })} style={{ flex: 1, minWidth: 190 }} value={c.values[0] ?? ""} onChange={(e) => put(i, { values: e.currentTarget.value ? [e.currentTarget.value] : [] })} />}
          <ActionIcon mt={6} aria-label={t("rule.removeCondition", { number: i + 1 })} onClick={() => onChange(conditions.filter((_, n) => n !== i))}><IconX size={15} /></ActionIcon>
        </Group>
      ))}
      <Button size="compact-sm" variant="default" leftSection={<IconPlus size={13} />} style={{ alignSelf: "flex-start" }} onClick={() => onChange([...conditions, { field: conditions.some((c) => c.field === "kind") ? "description" : "kind", not: false, how: conditions.some((c) => c.field === "kind") ? "contains" : "is", values: [] }])}>{t("rule.addCondition")}</Button>
    </Stack>
  );
}

/** What the entries have of a field; services by name and code. */
function offered(entries: Entry[], field: Field): string[] {
  const all = entries.flatMap((e) => (field === "service" ? [e.service, e.service_code] : [e[field]]));
  return [...new Set(all.filter((x): x is string => !!x))].sort();
}
