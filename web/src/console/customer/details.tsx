import { Anchor, Button, Divider, Group, Select, SimpleGrid, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";

import { Problem } from "../../api/problem";
import { refresh, useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { bookOf, declare, type Spec, type Tagged } from "../group/declared";
import { put, same } from "../group/form/layers";
import { AddressFields } from "../identity/address";
import { BankFields } from "../identity/bank";
import { ElectronicFields } from "../identity/electronic";
import { isBare } from "../identity/endpoint";
import { IdentityForm } from "../identity/fields";
import { useFieldOfAddress } from "../identity/focus";
import { faultAt, type Identity } from "../identity/identity";
import type { Customer } from "./one";

/** The master data of a customer, as its invoices print it from the next draft on. */
export function Details({ customer, groups, resells }: { customer: Tagged<Customer>; groups: Spec[]; resells: boolean }) {
  const t = useWords("customer");
  const w = useWords("identity");
  const [params] = useSearchParams();
  const f = useFormats();
  const can = useCan();
  const explain = useExplain();
  const queries = useQueryClient();
  const books = useAll("/api/v1/price-books", undefined, { when: can("prices.read") });
  const [spec, setSpec] = useState(customer.spec);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const readOnly = !can("config.write");
  const changed = !same(spec, customer.spec);
  const a = spec.address;
  const change = (path: (string | number)[], to: unknown) => setSpec((before) => put(before, path, to) as Customer);
  const at = (field: string) => faultAt(problem?.body.errors, field);
  // What it is paid to is asked of who sells; links to it come from documents that lack it.
  const paid = resells || !!(spec as Identity).bank || params.get("field")?.startsWith("bank");
  const unfinished = isBare((spec as Identity).endpoint) || isBare((spec as Identity).legal_id);
  useFieldOfAddress();

  async function save() {
    setBusy(true);
    setProblem(undefined);
    try {
      await declare("customers", spec.id, { ...spec, name: spec.name.trim() }, customer.tag);
      told(t("details.saved"));
      await refresh(queries);
    } catch (error) {
      setProblem(error instanceof Problem ? error : Problem.network(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <IdentityForm spec={spec as Identity} change={(by) => setSpec((before) => by(before as Identity) as Customer)} at={at} readOnly={readOnly}>
        <Stack gap="md" maw={860}>
          {problem && (
            <Notice tone="bad" title={t("details.notSaved")} action={problem.code === "changed" ? <Button size="compact-sm" variant="default" onClick={() => void refresh(queries)}>{t("details.reload")}</Button> : undefined}>
              {problem.code === "changed" ? t("details.moved") : explain(problem)}
            </Notice>
          )}
          <Card title={t("details.buyer")}>
            <Stack gap="sm">
              <SimpleGrid cols={{ base: 1, xs: 2 }}>
                <TextInput label={t("details.name")} description={t("details.nameHelp")} required readOnly={readOnly} data-field="name" value={spec.name} error={at("name")} onChange={(e) => setSpec({ ...spec, name: e.currentTarget.value })} />
                <TextInput label={t("details.contact")} description={t("details.contactHelp")} readOnly={readOnly} value={spec.contact ?? ""} error={at("contact")} onChange={(e) => change(["contact"], e.currentTarget.value)} />
              </SimpleGrid>
              <AddressFields countryHelp={t("details.countryHelp")} />
              <TextInput label={t("details.taxNumber")} description={t("details.taxNumberHelp")} maw={420} readOnly={readOnly} data-field="tax_registration" value={spec.tax_registration ?? ""} error={at("tax_registration")} onChange={(e) => change(["tax_registration"], e.currentTarget.value)} />
            </Stack>
          </Card>
          <Card title={w("electronic.title")}><ElectronicFields /></Card>
          {paid && <Card title={w("bank")}><BankFields /></Card>}
          <Card title={t("details.pricing")}>
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              {Array.isArray(spec.price_book) && spec.price_book.length > 1
                ? <div><Text size="sm" fw={500}>{t("details.book")}</Text><Text size="sm" c="dimmed">{t("details.bookSeveral", { count: spec.price_book.length })}</Text></div>
                : (
                  <Select
                    label={t("details.book")} description={t("details.bookHelp")} placeholder={t("details.bookOfReseller")} clearable searchable readOnly={readOnly || !can("prices.read")} value={bookOf(spec.price_book) ?? null} error={at("price_book")}
                    data={[...new Set([...(books.data?.rows ?? []).map((b) => b.id), ...(bookOf(spec.price_book) ? [bookOf(spec.price_book)!] : [])])]} onChange={(v) => change(["price_book"], v ?? undefined)}
                  />
                )}
              <TagsInput label={t("details.payment")} description={t("details.paymentHelp")} readOnly={readOnly} splitChars={["\n"]} value={spec.payment ?? []} onChange={(v) => change(["payment"], v.length > 0 ? v : undefined)} />
            </SimpleGrid>
            <Divider my="md" />
            <Text size="md">{t("details.perGroup")}</Text>
            <Stack gap={4} mt="xs">
              {groups.map((g) => (
                <Group key={g.id} gap="sm">
                  <Anchor component={Link} to={`/groups/${encodeURIComponent(g.id)}?tab=settings&open=group`}>{g.name || g.id}</Anchor>
                  <Text size="sm" c="dimmed">{[g.currency, g.language && new Intl.DisplayNames([f.language], { type: "language" }).of(g.language)].filter(Boolean).join(" · ")}</Text>
                </Group>
              ))}
            </Stack>
          </Card>
          {!readOnly && (
            <Group gap="xs" style={{ position: "sticky", bottom: 0, background: "var(--ground)", paddingBlock: 10, zIndex: 2 }}>
              <Button type="submit" disabled={!changed || !spec.name.trim() || (!!a && !a.country) || unfinished} loading={busy}>{t("details.save")}</Button>
              <Button variant="default" disabled={!changed || busy} onClick={() => { setSpec(customer.spec); setProblem(undefined); }}>{t("details.discard")}</Button>
              <Text size="sm" c="dimmed">{t("details.when")}</Text>
            </Group>
          )}
        </Stack>
      </IdentityForm>
    </form>
  );
}
