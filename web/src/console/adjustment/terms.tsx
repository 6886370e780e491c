import { Checkbox, Select, SimpleGrid, TextInput } from "@mantine/core";

import type { Problem } from "../../api/problem";
import { type Schema, useAll } from "../../api/query";
import { isDecimal } from "../../ui/decimal";
import { useCan } from "../../ui/me";
import { useWords } from "../../words/words";
import { typed } from "./balance";

export interface Terms {
  group: string | null;
  rate: string;
  free: boolean;
}

export const noTerms: Terms = { group: null, rate: "", free: false };

/** Whether the terms can be sent. */
export const termsAreGood = (terms: Terms): boolean => terms.rate === "" || isDecimal(typed(terms.rate));

/** The terms as the API takes them. */
export const asTerms = (terms: Terms): Schema<"EntryTerms"> => ({
  ...(terms.group ? { group: terms.group } : {}), ...(terms.rate ? { rate: typed(terms.rate) } : {}), ...(terms.free ? { tax_free: true } : {}),
});

/** Whom an entry is billed to, at which rate, with tax or without. */
export function TermFields({ terms, change, problem, needed, help }: { terms: Terms; change: (terms: Terms) => void; problem?: Problem; needed?: boolean; help?: string }) {
  const t = useWords("adjustment");
  const can = useCan();
  const groups = useAll("/api/v1/billing-groups", undefined, { when: can("config.read") });
  const currency = groups.data?.rows.find((g) => g.id === terms.group)?.currency;
  return (
    <>
      <Select
        label={t("apply.group")} description={help ?? t("apply.groupHelp")} placeholder={t("apply.owner")} required={needed} clearable searchable value={terms.group} onChange={(group) => change({ ...terms, group })}
        error={problem?.at("group")} data={(groups.data?.rows ?? []).map((g) => ({ value: g.id, label: `${g.name || g.id} · ${g.currency}` }))}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t("apply.rate")} description={t("apply.rateHelp")} inputMode="decimal" value={terms.rate} placeholder={t("apply.rateDefault")} onChange={(e) => change({ ...terms, rate: e.currentTarget.value })}
          error={problem?.at("rate") ?? (termsAreGood(terms) ? undefined : t("notANumber"))} rightSection={currency && <span className="soft">{currency}</span>} rightSectionWidth={48} styles={{ input: { textAlign: "right" } }}
        />
        <Checkbox mt={{ xs: 46 }} label={t("apply.taxFree")} checked={terms.free} onChange={(e) => change({ ...terms, free: e.currentTarget.checked })} />
      </SimpleGrid>
    </>
  );
}
