import { Anchor, Button, Divider, Group, Select, SimpleGrid, Stack, TagsInput, Text, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link } from "react-router";

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
import { countries } from "./country";
import type { Customer } from "./one";

/** The master data of a customer, as its invoices print it from the next draft on. */
export function Details({ customer, groups }: { customer: Tagged<Customer>; groups: Spec[] }) {
  const t = useWords("customer");
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
  const inAddress = (field: string, to: unknown) => setSpec((before) => {
    const address = put(before.address, [field], to) as Record<string, unknown>;
    return put(before, ["address"], Object.keys(address).length > 0 ? address : undefined) as Customer;
  });
  const at = (field: string) => problem?.body.errors?.find((e) => e.location?.endsWith(`.${field}`) || e.location?.includes(`.${field}.`))?.message;
  const lands = useMemo(() => countries(f.language), [f.language]);

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
      <Stack gap="md" maw={860}>
        {problem && (
          <Notice tone="bad" title={t("details.notSaved")} action={problem.code === "changed" ? <Button size="compact-sm" variant="default" onClick={() => void refresh(queries)}>{t("details.reload")}</Button> : undefined}>
            {problem.code === "changed" ? t("details.moved") : explain(problem)}
          </Notice>
        )}
        <Card title={t("details.buyer")}>
          <Stack gap="sm">
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <TextInput label={t("details.name")} description={t("details.nameHelp")} required readOnly={readOnly} value={spec.name} error={at("name")} onChange={(e) => setSpec({ ...spec, name: e.currentTarget.value })} />
              <TextInput label={t("details.contact")} description={t("details.contactHelp")} readOnly={readOnly} value={spec.contact ?? ""} error={at("contact")} onChange={(e) => change(["contact"], e.currentTarget.value)} />
            </SimpleGrid>
            <SimpleGrid cols={{ base: 1, xs: 3 }}>
              <TextInput label={t("details.postal")} readOnly={readOnly} value={a?.postal_code ?? ""} onChange={(e) => inAddress("postal_code", e.currentTarget.value)} autoComplete="off" />
              <TextInput label={t("details.region")} readOnly={readOnly} value={a?.region ?? ""} onChange={(e) => inAddress("region", e.currentTarget.value)} autoComplete="off" />
              <TextInput label={t("details.city")} readOnly={readOnly} value={a?.city ?? ""} onChange={(e) => inAddress("city", e.currentTarget.value)} autoComplete="off" />
            </SimpleGrid>
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <Textarea label={t("details.lines")} autosize minRows={2} readOnly={readOnly} value={a?.lines?.join("\n") ?? ""} onChange={(e) => inAddress("lines", e.currentTarget.value === "" ? undefined : e.currentTarget.value.split("\n"))} />
              <Select label={t("details.country")} description={t("details.countryHelp")} searchable clearable readOnly={readOnly} data={lands} value={a?.country ?? null} required={!!a} error={at("country") ?? (a && !a.country ? t("details.countryMissing") : undefined)} onChange={(v) => inAddress("country", v ?? undefined)} />
            </SimpleGrid>
            <TextInput label={t("details.taxNumber")} description={t("details.taxNumberHelp")} maw={420} readOnly={readOnly} value={spec.tax_registration ?? ""} error={at("tax_registration")} onChange={(e) => change(["tax_registration"], e.currentTarget.value)} />
          </Stack>
        </Card>
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
            <Button type="submit" disabled={!changed || !spec.name.trim() || (!!a && !a.country)} loading={busy}>{t("details.save")}</Button>
            <Button variant="default" disabled={!changed || busy} onClick={() => { setSpec(customer.spec); setProblem(undefined); }}>{t("details.discard")}</Button>
            <Text size="sm" c="dimmed">{t("details.when")}</Text>
          </Group>
        )}
      </Stack>
    </form>
  );
}
