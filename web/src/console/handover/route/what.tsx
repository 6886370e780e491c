import { Checkbox, Group, MultiSelect, Select, SimpleGrid, Stack, Text } from "@mantine/core";

import { useAll } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { root } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { Notice } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { type Kind, useNames } from "../known";
import { useTerms } from "../words";
import type { Part } from "./form";
import { formatsOf, goesBy, isDocument, withoutFormat } from "./wish";

/** Whose, what of it, and in which formats. */
export function What({ draft, put, fault, readOnly, route, kinds }: Part & { kinds: Kind[] }) {
  const t = useWords("handover");
  const f = useFormats();
  const terms = useTerms();
  const names = useNames();
  const organizations = useAll("/api/v1/organizations", undefined, { when: !route });
  const own = organizations.data?.rows.find((o) => o.id === root);
  const groups = names.groups.filter((g) => g.customer === draft.customer);
  const formats = formatsOf(draft.what, kinds);
  const bare = draft.formats.length > 0 ? withoutFormat(draft, kinds) : [];
  const toggle = (what: string, on: boolean) => put({ what: kinds.map((k) => k.what).filter((w) => (w === what ? on : draft.what.includes(w))) });
  const boxes = (of: Kind[]) => of.map((k) => (
    <Checkbox
      key={k.what} label={terms.what(k.what)} description={t(`whatHelp.${k.what}` as "whatHelp.invoice")} disabled={readOnly || !goesBy(k.what, draft.by)}
      checked={draft.what.includes(k.what) && goesBy(k.what, draft.by)} onChange={(e) => toggle(k.what, e.currentTarget.checked)}
    />
  ));
  return (
    <Card title={t("section.what")}>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Select
            label={t("column.customer")} required searchable allowDeselect={false} disabled={readOnly || !!route} value={draft.customer || null} error={fault("customer")} placeholder={t("route.whose")}
            onChange={(v) => v && put({ customer: v, groups: [] })}
            data={[...(own ? [{ value: root, label: t("route.ourselves", { name: own.name }) }] : []), ...names.customers.map((c) => ({ value: c.id, label: c.name })), ...(route && !names.customers.some((c) => c.id === route.customer) && !own ? [{ value: route.customer, label: route.customer }] : [])]}
          />
          <MultiSelect
            label={t("route.groups")} description={undefined} placeholder={draft.groups.length ? undefined : t("route.allGroups")} disabled={readOnly || !draft.customer} clearable value={draft.groups} error={fault("groups")}
            onChange={(v) => put({ groups: v })} data={groups.map((g) => ({ value: g.id, label: g.name || g.id }))}
          />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="lg">
          <Stack gap="sm" role="group" aria-label={t("route.documents")}><Text fw={560}>{t("route.documents")}</Text>{boxes(kinds.filter((k) => isDocument(k.what)))}</Stack>
          <Stack gap="sm" role="group" aria-label={t("route.data")}><Text fw={560}>{t("route.data")}</Text>{boxes(kinds.filter((k) => !isDocument(k.what)))}</Stack>
        </SimpleGrid>
        {fault("what") && <Notice tone="bad">{fault("what")}</Notice>}
        <MultiSelect
          label={t("column.formats")} description={t("route.formatsHelp")} required disabled={readOnly} value={draft.formats.filter((x) => formats.includes(x))} error={fault("formats")}
          onChange={(v) => put({ formats: v })} data={formats.map((value) => ({ value, label: terms.format(value) }))}
        />
        {bare.length > 0 && <Group><Notice tone="warn">{t("route.noFormat", { what: f.list(bare.map(terms.what)) })}</Notice></Group>}
      </Stack>
    </Card>
  );
}
