import { Group, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useEffect } from "react";

import { useAll } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { useWords } from "../../../words/words";
import { type Template, useSection, useSellingBook } from "../../group/declared";
import { useFieldWords } from "../../group/form/context";
import type { StepProps } from "./known";

const languages = ["ja", "en", "de", "fr", "es", "ko", "zh-CN", "zh-TW"];
const bases = ["true-unblended", "unblended", "net", "amortized", "blended", "list"] as const;
const dues = ["end-of-month", "end-of-next-month", "end-of-month-after-next", "day-25-of-next-month", "net-30", "net-45", "net-60"];

/** What the invoice is in, and by what it is priced; everything else waits in the settings of the group. */
export function InvoiceStep({ draft, change, known, wrong }: StepProps) {
  const t = useWords("customer");
  const g = useWords("group");
  const f = useFormats();
  const can = useCan();
  const { label } = useFieldWords();
  const templates = useSection<Template>("invoice_templates");
  const books = useAll("/api/v1/price-books", undefined, { when: can("prices.read") });
  const selling = useSellingBook();
  const currencies = [...new Set([...known.groups.map((x) => x.currency), "JPY", "USD", "EUR"])];
  const language = (l: string) => new Intl.DisplayNames([f.language], { type: "language" }).of(l) ?? l;
  const template = templates.get(draft.template);
  const sets = Object.keys(template?.invoice ?? {});
  const due = (text: string) => { const [, days] = /^net-(\d+)$/.exec(text) ?? []; const [, day] = /^day-(\d+)-of-next-month$/.exec(text) ?? []; return days ? t("due.net", { days }) : day ? t("due.dayNext", { day }) : g(`due.${text}` as "due.end-of-month"); };

  // Most groups are like others of the customer, or of its country: what is usual there is offered.
  useEffect(() => {
    if (draft.currency) return;
    const usual = (values: (string | undefined)[]) => values.filter((v) => v !== undefined).sort((x, y) => values.filter((v) => v === y).length - values.filter((v) => v === x).length)[0] ?? "";
    const countryOf = (id: string) => known.customers.find((c) => c.id === id)?.address?.country;
    const country = draft.existing ? countryOf(draft.existing) : draft.country;
    const [own, near] = [known.groups.filter((x) => x.customer === draft.existing), known.groups.filter((x) => country && countryOf(x.customer) === country)];
    const like = own.length > 0 ? own : near.length > 0 ? near : known.groups;
    const currency = usual(like.map((x) => x.currency));
    const same = like.filter((x) => x.currency === currency);
    change({ currency, language: draft.language || usual(same.map((x) => x.language)), template: draft.template || usual(same.map((x) => x.template)) });
  }, [draft.currency, draft.language, draft.template, draft.existing, draft.country, known.groups, known.customers, change]);

  return (
    <Stack gap="md" maw={980}>
      <Card title={t("wizard.invoice")}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
          <Select label={t("column.currency")} required searchable allowDeselect={false} value={draft.currency || null} error={wrong.currency && t("wrong.missing")} data={currencies} onChange={(v) => change({ currency: v ?? "" })} />
          <Select label={t("column.language")} clearable value={draft.language || null} data={languages.map((l) => ({ value: l, label: language(l) }))} onChange={(v) => change({ language: v ?? "" })} />
          <Select label={g("group.cost_basis")} clearable value={draft.basis || null} placeholder={g("byDefault", { value: g("basis.true-unblended") })} data={bases.map((b) => ({ value: b, label: g(`basis.${b}`) }))} onChange={(v) => change({ basis: v ?? "" })} />
        </SimpleGrid>
        <Text size="sm" c="dimmed" mt="xs">{t("wizard.lasting")}</Text>
      </Card>
      <Card title={t("wizard.settings")}>
        <Stack gap="sm">
          <Select key={templates.size} label={t("column.template")} description={t("wizard.templateHelp")} clearable maw={420} value={draft.template || null} data={[...templates].map(([id, x]) => ({ value: id, label: x.name ?? id }))} onChange={(v) => change({ template: v ?? "" })} />
          {sets.length > 0 && <Text size="sm" c="dimmed">{t("wizard.templateSets", { settings: f.list(sets.map(label)) })}</Text>}
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Select label={t("wizard.due")} clearable disabled={sets.includes("terms")} placeholder={sets.includes("terms") ? t("wizard.fromTemplate") : g("due.end-of-next-month")} value={sets.includes("terms") ? null : draft.due || null} data={dues.map((d) => ({ value: d, label: due(d) }))} onChange={(v) => change({ due: v ?? "" })} />
            {can("prices.read") && <Select key={books.data?.rows.length ?? 0} label={t("details.book")} clearable searchable value={draft.book || null} placeholder={selling ? t("wizard.sellingBook", { book: selling }) : t("wizard.noBook")} data={(books.data?.rows ?? []).map((b) => b.id)} onChange={(v) => change({ book: v ?? "" })} />}
          </SimpleGrid>
          {!sets.includes("tax") && !sets.includes("tax_by") && (
            <Group align="flex-start" gap="sm">
              <TextInput label={t("wizard.taxLabel")} placeholder={t("wizard.taxExample")} value={draft.taxLabel} onChange={(e) => change({ taxLabel: e.currentTarget.value })} w={220} />
              <TextInput label={t("wizard.taxPercent")} inputMode="decimal" value={draft.taxPercent} error={wrong.taxPercent && t("wrong.percent")} onChange={(e) => change({ taxPercent: e.currentTarget.value })} rightSection={<Text size="sm" c="dimmed">{"%"}</Text>} w={140} styles={{ input: { textAlign: "right" } }} />
            </Group>
          )}
          <Text size="sm" c="dimmed">{t("wizard.later")}</Text>
        </Stack>
      </Card>
    </Stack>
  );
}
