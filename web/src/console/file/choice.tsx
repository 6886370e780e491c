import { Checkbox, MultiSelect, Select, Stack, TextInput } from "@mantine/core";

import type { FileFormat } from "../../ui/file/types";
import { documentLanguages } from "../../ui/invoice/labels";
import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";

/** What can be chosen about a file of rows and columns. */
export interface Choice {
  columns?: string[];
  excel?: boolean;
  language?: string;
  tag?: string;
}

/** A choice as the API takes it: only what was said. */
export function choiceBody(choice: Choice): Choice {
  const tag = choice.tag?.trim();
  return { ...(choice.columns?.length ? { columns: choice.columns } : {}), ...(choice.excel ? { excel: true } : {}), ...(choice.language ? { language: choice.language } : {}), ...(tag ? { tag } : {}) };
}

/** The same for an address. */
export function choiceQuery(choice: Choice): Record<string, string> {
  const { columns, excel, ...rest } = choiceBody(choice);
  return { ...rest, ...(columns ? { columns: columns.join(",") } : {}), ...(excel ? { excel: "true" } : {}) };
}

const isExcelText = (format: FileFormat) => format.ending.endsWith(".csv") && !format.name.startsWith("ripple-");

export function ChoiceFields({ format, choice, onChange, fault }: { format: FileFormat; choice: Choice; onChange: (choice: Choice) => void; fault?: (field: string) => string | undefined }) {
  const t = useWords("file");
  const f = useFormats();
  const names = new Intl.DisplayNames([f.language], { type: "language" });
  return (
    <Stack gap="xs">
      {format.by_tag && <TextInput label={t("choice.tag")} description={t("choice.tagHelp")} required autoComplete="off" value={choice.tag ?? ""} error={fault?.("tag")} onChange={(e) => onChange({ ...choice, tag: e.currentTarget.value })} />}
      <MultiSelect
        label={t("choice.columns")} description={t("choice.columnsHelp")} placeholder={choice.columns?.length ? undefined : t("choice.allColumns", { count: format.columns.length })} searchable clearable hidePickedOptions
        data={format.columns} value={choice.columns ?? []} error={fault?.("columns")} onChange={(columns) => onChange({ ...choice, columns })} maxDropdownHeight={260}
      />
      {isExcelText(format) && <Checkbox label={t("choice.excel")} description={t("choice.excelHelp")} checked={choice.excel ?? false} onChange={(e) => onChange({ ...choice, excel: e.currentTarget.checked })} />}
      {format.ending === ".xlsx" && <Select label={t("choice.language")} placeholder={t("choice.languageOwn")} clearable data={documentLanguages.map((value) => ({ value, label: names.of(value) ?? value }))} value={choice.language ?? null} onChange={(v) => onChange({ ...choice, language: v ?? undefined })} />}
    </Stack>
  );
}
