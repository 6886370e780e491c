import { Group, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useMemo } from "react";

import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";
import { type Coded, coded, codedText, endpointSchemes, isBare, legalSchemes, type Scheme } from "./endpoint";
import { useIdentity } from "./fields";

/** What programs know somebody by: registration, electronic address, and whom to ask. */
export function ElectronicFields({ seller }: { seller?: boolean }) {
  const t = useWords("identity");
  const { text } = useIdentity();
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">{seller ? t("electronic.sellerHelp") : t("electronic.help")}</Text>
      <CodedField field="endpoint" schemes={endpointSchemes} label={t("endpoint")} help={seller ? t("endpointSellerHelp") : t("endpointHelp")} />
      <CodedField field="legal_id" schemes={legalSchemes} label={t("legal")} help={t("legalHelp")} free />
      <div role="group" aria-label={t("contactPoint")}>
        <Text size="sm" fw={500}>{t("contactPoint")}</Text>
        <Text size="xs" c="dimmed" mb={4}>{seller ? t("contactPointSellerHelp") : t("contactPointHelp")}</Text>
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <TextInput label={t("contactName")} {...text("contact_point", "name")} />
          <TextInput label={t("contactPhone")} {...text("contact_point", "phone")} />
          <TextInput label={t("contactEmail")} type="email" {...text("contact_point", "email")} />
        </SimpleGrid>
      </div>
    </Stack>
  );
}

/** A scheme and what is written there. `free`: it may have no scheme. */
function CodedField({ field, schemes, label, help, free }: { field: "endpoint" | "legal_id"; schemes: Scheme[]; label: string; help: string; free?: boolean }) {
  const t = useWords("identity");
  const f = useFormats();
  const { spec, set, at, readOnly } = useIdentity();
  const now = coded(spec[field] ?? "");
  const change = (to: Coded) => set([field], codedText(to) || undefined);
  const data = useMemo(() => {
    const lands = new Intl.DisplayNames([f.language], { type: "region" });
    const known = schemes.map((s) => ({ value: s.code, label: `${s.word ? t(`scheme.${s.word}`) : t("scheme.vat", { country: lands.of(s.vat!) })} · ${s.code}` }));
    return known.some((k) => k.value === now.scheme) || !now.scheme ? known : [{ value: now.scheme, label: now.scheme }, ...known];
  }, [schemes, f.language, t, now.scheme]);
  return (
    <div role="group" aria-label={label}>
      <Text size="sm" fw={500}>{label}</Text>
      <Text size="xs" c="dimmed" mb={4}>{help}</Text>
      <Group gap="xs" align="flex-start">
        <Select
          aria-label={t("schemeOf", { field: label })} placeholder={free ? t("noScheme") : t("chooseScheme")} w={{ base: "100%", xs: 310 }} searchable clearable readOnly={readOnly} data={data} value={now.scheme || null}
          nothingFoundMessage={t("anyScheme")} onChange={(v) => change({ scheme: v ?? "", id: now.id })} comboboxProps={{ width: 360, position: "bottom-start" }}
        />
        <TextInput
          aria-label={label} data-field={field} style={{ flex: "1 1 200px" }} placeholder={field === "endpoint" ? t("endpointExample") : undefined} readOnly={readOnly} autoComplete="off" value={now.id}
          error={at(field) ?? (isBare(spec[field]) ? t("behindScheme") : undefined)}
          // Who pastes an address with its scheme has chosen both.
          onChange={(e) => { const typed = coded(e.currentTarget.value); change(typed.scheme ? typed : { ...now, id: typed.id }); }}
        />
      </Group>
    </div>
  );
}
