import { Checkbox, Select, SimpleGrid, Stack, Switch, Text } from "@mantine/core";

import { useWords } from "../../../words/words";
import { useNameOf, useWriting } from "../context";
import { Order } from "./order";

/** What stands beside the buyer. */
export function Facts() {
  const t = useWords("layout");
  return <Stack gap="xs"><Text size="sm" c="dimmed">{t("help.facts")}</Text><Order field="facts" names="fact" label={t("part.facts")} /></Stack>;
}

/** The parts of the document in their order. */
export function Sections() {
  const t = useWords("layout");
  return <Stack gap="xs"><Text size="sm" c="dimmed">{t("help.sections")}</Text><Order field="sections" names="section" label={t("part.sections")} fixed={{ word: "totals", why: t("totalsStay") }} /></Stack>;
}

/** The columns of the tables of accounts, and what they say at page breaks. */
export function Tables() {
  const t = useWords("layout");
  const { now, look, set, fault, readOnly } = useWriting();
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">{t("help.tables")}</Text>
      <Order field="columns" names="columnName" label={t("part.tables")} />
      <Switch label={t("carry.label")} description={t("carry.help")} disabled={readOnly} checked={now.carry ?? look.carry ?? false} error={fault("carry")} onChange={(e) => set("carry", e.currentTarget.checked)} />
      <Switch label={t("zeroDiscount.label")} description={t("zeroDiscount.help")} disabled={readOnly} checked={now.zero_discount ?? false} error={fault("zero_discount")} onChange={(e) => set("zero_discount", e.currentTarget.checked)} />
    </Stack>
  );
}

/** Small things that are not printed. */
export function Hidden() {
  const t = useWords("layout");
  const nameOf = useNameOf();
  const { now, choices, set, fault, readOnly } = useWriting();
  return (
    <Checkbox.Group label={t("part.hide")} description={t("help.hide")} value={now.hide ?? []} error={fault("hide")} onChange={(v) => set("hide", choices.hide.filter((word) => v.includes(word)))}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing={8} mt={8}>
        {choices.hide.map((word) => <Checkbox key={word} size="sm" value={word} label={nameOf("hide", word)} disabled={readOnly} />)}
      </SimpleGrid>
    </Checkbox.Group>
  );
}

/** What stands behind the document, and the page in front of it. */
export function Annexes() {
  const t = useWords("layout");
  const { now, set, fault, readOnly } = useWriting();
  return (
    <Stack gap="sm">
      <Switch label={t("cover.label")} description={t("cover.help")} disabled={readOnly} checked={now.cover ?? false} error={fault("cover")} onChange={(e) => set("cover", e.currentTarget.checked)} />
      <Text size="sm" c="dimmed">{t("help.annexes")}</Text>
      <Order field="annexes" names="annex" label={t("part.annexes")} />
    </Stack>
  );
}

const noCode = "none"; // leaves out the codes that the look has

/** Codes to pay by. */
export function Paying() {
  const t = useWords("layout");
  const nameOf = useNameOf();
  const { now, look, choices, set, fault, readOnly } = useWriting();
  const codes = choices.qr.filter((code) => code !== noCode);
  const chosen = (now.qr ?? look.qr ?? []).filter((code) => code !== noCode);
  return (
    <Checkbox.Group label={t("part.paying")} description={t("help.paying")} value={chosen} error={fault("qr")} onChange={(v) => set("qr", v.length ? codes.filter((code) => v.includes(code)) : [noCode])}>
      <Stack gap={8} mt={8}>
        {codes.map((code) => <Checkbox key={code} size="sm" value={code} label={nameOf("qr", code)} description={nameOf("qrHelp", code)} disabled={readOnly} />)}
      </Stack>
    </Checkbox.Group>
  );
}

/** Numbers of pages. */
export function Pages() {
  const t = useWords("layout");
  const nameOf = useNameOf();
  const { now, look, choices, set, fault, readOnly } = useWriting();
  return (
    <Select
      label={t("part.pages")} w={{ base: "100%", xs: 260 }} allowDeselect={false} disabled={readOnly} error={fault("page_numbers")} value={now.page_numbers ?? look.page_numbers ?? null} onChange={(v) => set("page_numbers", v ?? undefined)}
      data={choices.page_numbers.map((word) => ({ value: word, label: nameOf("pageNumbers", word) }))}
    />
  );
}
