import { Anchor, Button, Checkbox, Collapse, Group, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";

import { Problem } from "../../../api/problem";
import { changeOnce, refresh, type Schema, useAll } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { Notice, useExplain, Waiting } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { type Spec, useSection } from "../../group/declared";
import { useForced } from "../../price/forced";
import { type Account, type Backend, touched } from "../known";
import { ProjectPick } from "../project";
import { bodyOf, type Draft, formOf, formsOf, type Lack, lacking, savedAs } from "./draft";
import { Fields } from "./fields";

export type Saved = Schema<"SavedServiceAccount">;

/** A service account being written. Saving it lets the backend try it at the vendor; what the vendor says against it stands at the form. */
export function AccountForm({ account, begun, backends, taken, saved, remove }: { account?: Account; begun: Draft; backends: Backend[]; taken: string[]; saved: (made: Saved) => void; remove?: ReactNode }) {
  const t = useWords("backend");
  const f = useFormats();
  const explain = useExplain();
  const forced = useForced();
  const queries = useQueryClient();
  const readOnly = !useCan()("config.write");
  const forms = useAll("/api/v1/credential-schemas");
  const groups = useSection<Spec>("billing_groups");
  const [draft, setDraft] = useState(begun);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const [more, setMore] = useState(false);
  const put = (part: Partial<Draft>) => { setProblem(undefined); setDraft({ ...draft, ...part }); };

  const of = formsOf(forms.data?.rows ?? [], draft.backend);
  const form = formOf(of, draft);
  const id = savedAs(draft, taken);
  const clash = !account && taken.includes(id);
  const missing = lacking(draft, form?.problem ? undefined : form, !!account);
  const changed = JSON.stringify(draft) !== JSON.stringify(begun);
  const ready = missing.length === 0 && !clash && !form?.problem && (changed || !account);
  const [customer, unit] = draft.organization.split("/");
  const own = [...groups.values()].filter((g) => g.customer === customer && (g.unit ?? "") === unit);
  const firstDay = `${new Date().toISOString().slice(0, 7)}-01`; // of this month, in UTC
  const at = (field: string) => problem?.at(field);
  const vendor = at("fields"); // what the vendor says against the credential
  const keys = useRef<HTMLDivElement>(null);
  useEffect(() => { if (vendor) keys.current?.scrollIntoView({ block: "nearest" }); }, [vendor]);
  const placed = ["backend", "schema", "name", "organization", "group", "from", "payer", "fields", ...(form?.fields ?? []).map((x) => `fields.${x.name}`)];
  const other = problem && !placed.some(at);
  const nameOf = (lack: Lack) => (typeof lack === "string" ? t(`lacks.${lack}`) : lack.field);

  async function save() {
    if (!ready || !form) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const made = await forced((force) => changeOnce("put", "/api/v1/vendor-accounts/{id}", { params: { path: { id } }, body: { ...bodyOf(draft, form), ...force } }));
      if (!made) return;
      await refresh(queries, touched);
      saved(made);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <form onSubmit={(e) => { e.preventDefault(); void save(); }} autoComplete="off">
      <Stack gap="md" maw={920}>
        {other && <Notice tone="bad" title={t("form.notSaved")}>{explain(problem)}{(problem.body.errors?.length ?? 0) > 1 && <ul>{problem.body.errors!.map((e, i) => <li key={i}>{e.message}</li>)}</ul>}</Notice>}
        <Card title={t("form.what")}>
          <Stack gap="sm">
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <Select label={t("form.backend")} description={t("form.backendHelp")} required allowDeselect={false} disabled={readOnly || !!account} error={at("backend")} value={draft.backend || null} onChange={(v) => v && put({ backend: v, schema: "", values: {} })} data={backends.map((b) => b.name)} />
              <TextInput label={t("form.name")} description={account ? <span className="id">{id}</span> : id && draft.name ? t("form.savedAs", { id }) : t("form.nameHelp")} required maxLength={200} disabled={readOnly} error={at("name") ?? (clash && t("form.taken"))} value={draft.name} onChange={(e) => put({ name: e.currentTarget.value })} />
            </SimpleGrid>
            {of.length > 1 && <Select label={t("form.schema")} description={t("form.schemaHelp")} required allowDeselect={false} disabled={readOnly} error={at("schema")} value={form?.schema ?? null} onChange={(v) => v && put({ schema: v, values: {} })} data={of.map((x) => ({ value: x.schema, label: x.schema.split("/").slice(2).join("/") || x.schema }))} />}
          </Stack>
        </Card>
        <div ref={keys}><Card title={t("form.credential")}>
          {!draft.backend ? <Text c="dimmed">{t("form.chooseBackend")}</Text> : forms.isPending ? <Waiting lines={4} /> : forms.error ? <Notice tone="bad">{explain(forms.error)}</Notice> : (
            <Stack gap="sm">
              {form?.problem && <Notice tone="bad" title={t("form.notAnswering", { backend: draft.backend })} action={<Button size="compact-sm" variant="default" onClick={() => void forms.refetch()} loading={forms.isFetching}>{t("form.askAgain")}</Button>}>{form.problem}</Notice>}
              {vendor && <Notice tone="bad" title={t("form.refused", { backend: draft.backend })}>{vendor}</Notice>}
              {form && !form.problem && form.fields.length === 0 && <Text c="dimmed">{t("form.noFields")}</Text>}
              {!form && of.length > 1 && <Text c="dimmed">{t("form.chooseSchema")}</Text>}
              {form && !form.problem && <Fields of={form.fields} values={draft.values} put={(name, value) => put({ values: { ...draft.values, [name]: value } })} saved={!!account} readOnly={readOnly} fault={(name) => at(`fields.${name}`)} />}
            </Stack>
          )}
        </Card></div>
        <Card title={t("form.whose")}>
          <Stack gap="sm">
            <ProjectPick label={t("form.project")} description={t("form.projectHelp")} value={draft.organization} choose={(organization) => put({ organization, group: "", from: account ? (organization === account.organization ? account.from ?? "" : firstDay) : draft.from || firstDay })} error={at("organization")} disabled={readOnly} />
            {draft.organization && own.length > 1 && <Select label={t("form.group")} description={t("form.groupHelp")} required disabled={readOnly} error={at("group")} value={draft.group || null} onChange={(v) => put({ group: v ?? "" })} data={own.map((g) => ({ value: g.id, label: g.name ? `${g.name} · ${g.currency}` : `${g.id} · ${g.currency}` }))} />}
            {draft.organization && own.length < 2 && <Text size="sm" c={at("group") ? "var(--bad)" : "dimmed"}>{at("group") ?? (own[0] ? t("form.groupIs", { group: own[0].name || own[0].id }) : t("form.groupMade"))}</Text>}
            <TextInput type="date" label={t("form.from")} description={t(account ? "form.fromAgain" : "form.fromHelp")} required={!account} maw={320} disabled={readOnly} error={at("from")} value={draft.from} onChange={(e) => put({ from: e.currentTarget.value })} />
            {!readOnly && (
              <>
                <Anchor component="button" type="button" size="sm" aria-expanded={more} onClick={() => setMore(!more)} style={{ alignSelf: "flex-start" }}>{t("form.more")}</Anchor>
                <Collapse expanded={more || !!at("payer")}>
                  <Stack gap="sm">
                    <SimpleGrid cols={{ base: 1, xs: 2 }}>
                      {!account && <TextInput label={t("form.id")} description={t("form.idHelp")} pattern="[A-Za-z0-9_\-][A-Za-z0-9._\-]*" maxLength={100} placeholder={id} value={draft.id} onChange={(e) => put({ id: e.currentTarget.value.trim() })} />}
                      <TextInput label={t("form.payer")} description={t("form.payerHelp")} maxLength={200} placeholder={id} value={draft.payer} error={at("payer")} onChange={(e) => put({ payer: e.currentTarget.value })} />
                    </SimpleGrid>
                    {!account && <Checkbox label={t("form.invoiceIds")} description={t("form.invoiceIdsHelp")} checked={draft.invoiceIds} onChange={(e) => put({ invoiceIds: e.currentTarget.checked })} />}
                  </Stack>
                </Collapse>
              </>
            )}
          </Stack>
        </Card>
        {!readOnly && (
          <Group justify="space-between">
            {remove ?? <span />}
            <Group gap="xs">
              {missing.length > 0 && draft.name !== "" && <Text size="sm" c="dimmed">{t("form.lacks", { what: f.list(missing.map(nameOf)) })}</Text>}
              <Button type="submit" loading={busy} disabled={!ready}>{t("form.save")}</Button>
            </Group>
          </Group>
        )}
        {busy && <Text size="sm" c="dimmed" role="status" ta="end">{t("form.trying", { backend: draft.backend })}</Text>}
      </Stack>
    </form>
  );
}
