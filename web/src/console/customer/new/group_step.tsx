import { Select, SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";
import { type ChangeEvent, useMemo } from "react";

import { useFormats } from "../../../ui/format";
import { Card } from "../../../ui/page";
import { useWords } from "../../../words/words";
import { countries } from "../country";
import { type Draft, empty, groupIdOf, idOf, slug } from "./draft";
import type { StepProps } from "./known";

/** Who is billed, and the billing group: one invoice a month. */
export function GroupStep({ draft, change, known, wrong }: StepProps) {
  const t = useWords("customer");
  const f = useFormats();
  const lands = useMemo(() => countries(f.language), [f.language]);
  const text = (field: keyof Draft) => ({ value: draft[field] as string, onChange: (e: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => change({ [field]: e.currentTarget.value }) });
  // Nothing is called wrong before something was entered.
  const fault = (field: keyof Draft) => (wrong[field] && !(wrong[field] === "missing" && !draft.name && !draft.existing) ? t(`wrong.${wrong[field]}`) : undefined);
  return (
    <Stack gap="md" maw={980}>
      <Card title={t("wizard.who")}>
        <Stack gap="sm">
          <Select
            label={t("wizard.customer")} searchable allowDeselect={false} maw={420} value={draft.existing ?? ""} onChange={(v) => change(v ? { existing: v, groupId: "" } : { ...empty, ...draft, existing: undefined })}
            data={[{ value: "", label: t("wizard.newOne") }, ...known.customers.map((c) => ({ value: c.id, label: c.name }))]}
          />
          {!draft.existing && (
            <>
              <SimpleGrid cols={{ base: 1, xs: 2 }}>
                <TextInput label={t("details.name")} description={t("details.nameHelp")} required data-autofocus error={fault("name")} {...text("name")} />
                <TextInput label={t("details.id")} description={t("wizard.idHelp")} required={!slug(draft.name)} placeholder={slug(draft.name)} error={fault("id")} {...text("id")} />
              </SimpleGrid>
              <SimpleGrid cols={{ base: 1, xs: 2 }}>
                <TextInput label={t("details.contact")} description={t("details.contactHelp")} {...text("contact")} />
                <TextInput label={t("details.taxNumber")} description={t("details.taxNumberHelp")} {...text("taxNumber")} />
              </SimpleGrid>
              <SimpleGrid cols={{ base: 1, xs: 3 }}>
                <Select label={t("details.country")} searchable clearable data={lands} value={draft.country || null} error={fault("country")} onChange={(v) => change({ country: v ?? "" })} />
                <TextInput label={t("details.postal")} autoComplete="off" {...text("postal")} />
                <TextInput label={t("details.region")} autoComplete="off" {...text("region")} />
              </SimpleGrid>
              <SimpleGrid cols={{ base: 1, xs: 2 }}>
                <TextInput label={t("details.city")} autoComplete="off" {...text("city")} />
                <Textarea label={t("details.lines")} autosize minRows={1} {...text("lines")} />
              </SimpleGrid>
            </>
          )}
        </Stack>
      </Card>
      <Card title={t("wizard.group")}>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={t("wizard.groupId")} description={t("wizard.groupIdHelp")} placeholder={groupIdOf({ ...draft, groupId: "" })} error={fault("groupId")} {...text("groupId")} />
          <TextInput label={t("wizard.groupName")} description={t("wizard.groupNameHelp")} {...text("groupName")} />
          <Select
            label={t("wizard.parent")} description={t("wizard.parentHelp")} clearable searchable value={draft.parent || null} onChange={(v) => change({ parent: v ?? "" })}
            data={known.groups.filter((g) => g.customer !== idOf(draft)).map((g) => ({ value: g.id, label: `${known.customers.find((c) => c.id === g.customer)?.name ?? g.customer} · ${g.id}` }))}
          />
          <TextInput label={t("wizard.project")} description={t("wizard.projectHelp")} {...text("project")} />
        </SimpleGrid>
      </Card>
    </Stack>
  );
}
