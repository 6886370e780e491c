import { Anchor, Button, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";

import { Problem } from "../../../api/problem";
import { refresh, useAll } from "../../../api/query";
import { useCan } from "../../../ui/me";
import { Card, Facts, Page } from "../../../ui/page";
import { Answer, Empty, Notice, useExplain } from "../../../ui/state";
import { told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { declare, type Tagged, useDeclared } from "../../group/declared";
import { same } from "../../group/form/layers";
import { AddressFields } from "../../identity/address";
import { BankFields } from "../../identity/bank";
import { ElectronicFields } from "../../identity/electronic";
import { isBare } from "../../identity/endpoint";
import { IdentityForm, useIdentity } from "../../identity/fields";
import { useFieldOfAddress } from "../../identity/focus";
import { faultAt, type Identity, withValue } from "../../identity/identity";

type Reseller = Identity & { currency: string; layout?: string };

/** Who we are on our documents, and where they are paid to. */
export default function ResellerPage() {
  const t = useWords("identity");
  const s = useWords("setting");
  const can = useCan();
  const reseller = useDeclared<Reseller>("reseller", "reseller");
  const title = s("place.reseller.title");
  if (!can("config.read") || reseller.error?.status === 404) {
    return <Page title={title}><Card label={title}><Empty title={can("config.read") ? t("reseller.none") : t("reseller.denied")} action={can("config.read") && <Button component={Link} to="/settings/configuration" variant="default">{s("place.configuration.title")}</Button>}>{can("config.read") && t("reseller.noneHelp")}</Empty></Card></Page>;
  }
  return (
    <Page title={title} question={t("reseller.question")}>
      <Answer of={reseller} lines={12}>{(data) => <Form key={data.tag} reseller={data} />}</Answer>
    </Page>
  );
}

function Form({ reseller }: { reseller: Tagged<Reseller> }) {
  const t = useWords("identity");
  const c = useWords("customer");
  const can = useCan();
  const explain = useExplain();
  const queries = useQueryClient();
  const [spec, setSpec] = useState(reseller.spec);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const readOnly = !can("config.write");
  const changed = !same(spec, reseller.spec);
  const at = (field: string) => faultAt(problem?.body.errors, field);
  const unfinished = isBare(spec.endpoint) || isBare(spec.legal_id) || (!!spec.address && !spec.address.country) || !spec.name.trim();
  useFieldOfAddress();

  async function save() {
    setBusy(true);
    setProblem(undefined);
    try {
      await declare("reseller", "reseller", { ...spec, name: spec.name.trim() }, reseller.tag);
      told(t("reseller.saved"));
      await refresh(queries);
    } catch (error) {
      setProblem(error instanceof Problem ? error : Problem.network(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <IdentityForm spec={spec} change={setSpec} at={at} readOnly={readOnly}>
        <Stack gap="md" maw={860}>
          {problem && (
            <Notice tone="bad" title={t("reseller.notSaved")} action={problem.code === "changed" ? <Button size="compact-sm" variant="default" onClick={() => void refresh(queries)}>{c("details.reload")}</Button> : undefined}>
              {problem.code === "changed" ? t("reseller.moved") : explain(problem)}
            </Notice>
          )}
          <Card title={t("reseller.printed")}><Printed /></Card>
          <Card title={t("reseller.paid")}>
            <Stack gap="md">
              <BankFields />
              <Textarea label={t("reseller.payment")} description={t("reseller.paymentHelp")} autosize minRows={2} readOnly={readOnly} data-field="payment" error={at("payment")} value={spec.payment?.join("\n") ?? ""} onChange={(e) => { const { value } = e.currentTarget; setSpec((before) => withValue(before, ["payment"], value === "" ? [] : value.split("\n"))); }} />
            </Stack>
          </Card>
          <Card title={t("electronic.title")}><ElectronicFields seller /></Card>
          <Card title={t("reseller.look")}>
            <LayoutField value={spec.layout} error={at("layout")} readOnly={readOnly} onChange={(layout) => setSpec((before) => ({ ...before, layout }))} />
            <Facts of={[[t("reseller.currency"), spec.currency]]} />
          </Card>
          {!readOnly && (
            <Group gap="xs" style={{ position: "sticky", bottom: 0, background: "var(--ground)", paddingBlock: 10, zIndex: 2 }}>
              <Button type="submit" disabled={!changed || unfinished} loading={busy}>{c("details.save")}</Button>
              <Button variant="default" disabled={!changed || busy} onClick={() => { setSpec(reseller.spec); setProblem(undefined); }}>{c("details.discard")}</Button>
              <Text size="sm" c="dimmed">{c("details.when")}</Text>
            </Group>
          )}
        </Stack>
      </IdentityForm>
    </form>
  );
}

/** What stands at the head of each document. */
function Printed() {
  const t = useWords("identity");
  const c = useWords("customer");
  const { text } = useIdentity();
  return (
    <Stack gap="sm">
      <TextInput label={t("reseller.name")} required {...text("name")} />
      <AddressFields />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={c("details.taxNumber")} description={t("reseller.taxNumberHelp")} {...text("tax_registration")} />
        <TextInput label={t("reseller.contact")} description={t("reseller.contactHelp")} {...text("contact")} />
      </SimpleGrid>
    </Stack>
  );
}

/** The layout of documents whose group names none. */
function LayoutField({ value, error, readOnly, onChange }: { value?: string; error?: string; readOnly: boolean; onChange: (layout: string | undefined) => void }) {
  const t = useWords("identity");
  const layouts = useAll("/api/v1/config/{kind}", { params: { path: { kind: "invoice_layouts" } } });
  const known = (layouts.data?.rows ?? []).map((r) => ({ value: r.id, label: (r.spec as { name?: string }).name ?? r.id }));
  const data = value && !known.some((k) => k.value === value) ? [...known, { value, label: value }] : known;
  return (
    <Select
      label={t("reseller.layout")} description={<>{t("reseller.layoutHelp")} <Anchor component={Link} to="/settings/layouts" size="xs">{t("reseller.layouts")}</Anchor></>} placeholder={t("reseller.layoutOwn")}
      maw={420} mb="md" clearable data-field="layout" readOnly={readOnly} data={data} value={value ?? null} error={error} onChange={(v) => onChange(v ?? undefined)}
    />
  );
}
