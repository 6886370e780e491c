import { Select, SimpleGrid, Textarea, TextInput } from "@mantine/core";
import { useMemo } from "react";

import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";
import { countries } from "../customer/country";
import { useIdentity } from "./fields";

/** A postal address; where there is one, it has a country. */
export function AddressFields({ countryHelp }: { countryHelp?: string }) {
  const t = useWords("customer");
  const f = useFormats();
  const { spec, set, at, readOnly, text } = useIdentity();
  const a = spec.address;
  const lands = useMemo(() => countries(f.language), [f.language]);
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <TextInput label={t("details.postal")} {...text("address", "postal_code")} />
        <TextInput label={t("details.region")} {...text("address", "region")} />
        <TextInput label={t("details.city")} {...text("address", "city")} />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Textarea label={t("details.lines")} autosize minRows={2} readOnly={readOnly} data-field="address.lines" error={at("address.lines")} value={a?.lines?.join("\n") ?? ""} onChange={(e) => set(["address", "lines"], e.currentTarget.value === "" ? undefined : e.currentTarget.value.split("\n"))} />
        <Select
          label={t("details.country")} description={countryHelp} searchable clearable readOnly={readOnly} data={lands} value={a?.country || null} required={!!a} data-field="address.country"
          error={at("address.country") ?? (a && !a.country ? t("details.countryMissing") : undefined)} onChange={(v) => set(["address", "country"], v ?? undefined)}
        />
      </SimpleGrid>
    </>
  );
}
