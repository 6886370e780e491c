import { Button, Checkbox, Group, PasswordInput, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import type { Problem } from "../../../api/problem";
import { changeOnce, refresh, type Schema, useAll } from "../../../api/query";
import { Answer, Notice, useExplain } from "../../../ui/state";
import { told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { bodyOf, type Draft, draftOf, type Form as Asked, lacking, type Row } from "./draft";

export const touched = ["/api/v1/credentials", "/api/v1/credential-trail", "/api/v1/config"];

interface Props {
  begun: Partial<Row>;
  /** It is kept already, and changed. */
  kept?: boolean;
  taken: string[];
  /** In the steps of a source: whose it is, and at whom, is known. */
  embedded?: boolean;
  done: (saved: Schema<"SavedCredential">) => void;
}

/** A credential being written: it is tried before it is saved. */
export function CredentialForm(props: Props) {
  const schemas = useAll("/api/v1/credential-schemas");
  return <Answer of={schemas} height={260}>{({ rows }) => <Form {...props} schemas={rows} />}</Answer>;
}

const long = new Set(["key"]); // secrets of several lines

function Form({ begun, kept, taken, embedded, done, schemas }: Props & { schemas: Asked[] }) {
  const t = useWords("connect");
  const explain = useExplain();
  const queries = useQueryClient();
  const organizations = useAll("/api/v1/organizations", undefined, { when: !embedded });
  const [now, setNow] = useState(() => draftOf(begun));
  const [unverified, setUnverified] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<Draft>) => { setProblem(undefined); setNow({ ...now, ...part }); };
  const form = schemas.find((s) => s.schema === now.schema);
  const sealed = !!kept && !!begun.sealed && begun.schema === now.schema;
  const clash = !kept && taken.includes(now.id);
  const accountOnly = now.schema === "aws-account";
  const malformed = now.id !== "" && !/^[a-z0-9][a-z0-9._-]*$/.test(now.id);
  const ready = now.id !== "" && !clash && !malformed && lacking(now, form, sealed).length === 0 && (!accountOnly || now.account.trim() !== "");
  const at = (field: string) => problem?.at(field);
  const placed = ["schema", "account", "provider", "organization", "id", ...(form?.fields ?? []).map((x) => `fields.${x.name}`)];
  const other = problem && !placed.some(at);
  const notice = useRef<HTMLDivElement>(null); // above the fields, while the button is below them
  useEffect(() => { if (other) notice.current?.scrollIntoView({ block: "nearest" }); }, [other]);
  const offered = embedded ? schemas.filter((s) => s.schema.startsWith(`${begun.schema?.split("-")[0]}-`) && s.schema !== "aws-account") : schemas;

  async function save() {
    setBusy(true);
    setProblem(undefined);
    try {
      const saved = await changeOnce("put", "/api/v1/credentials/{id}", { params: { path: { id: now.id } }, body: bodyOf(now, form, unverified) });
      await refresh(queries, touched);
      told(t("cred.saved", { id: now.id }));
      setNow({ ...now, secrets: {} });
      done(saved);
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  const label = (x: Asked["fields"][number]) => x.title ?? t(`field.${x.name}` as "field.role_arn", { defaultValue: x.name });
  return (
    <form onSubmit={(e) => { e.preventDefault(); if (ready) void save(); }} autoComplete="off">
      <Stack gap="sm">
        {other && <div ref={notice}><Notice tone="bad" title={t("cred.notSaved")}>{explain(problem)}{!!problem.body.errors?.length && <ul>{problem.body.errors.map((x, i) => <li key={i}>{x.message}</li>)}</ul>}</Notice></div>}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={t("cred.id")} description={t("cred.idHelp")} required disabled={kept} maxLength={80} classNames={{ input: "id" }} value={now.id} error={clash ? t("cred.taken") : malformed ? t("cred.idWrong") : at("id")} onChange={(e) => set({ id: e.currentTarget.value })} />
          <Select label={t("cred.schema")} description={t("cred.schemaHelp")} required allowDeselect={false} value={now.schema} error={at("schema")} onChange={(schema) => schema && set({ schema, secrets: {}, provider: embedded ? now.provider : "" })} data={offered.map((s) => ({ value: s.schema, label: t(`schema.${s.schema}` as "schema.aws-role", { defaultValue: s.schema }), disabled: !!s.problem }))} />
        </SimpleGrid>
        {!embedded && (
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label={t("name")} maxLength={200} value={now.name} onChange={(e) => set({ name: e.currentTarget.value })} />
            <Select label={t("cred.organization")} required searchable allowDeselect={false} value={now.organization} error={at("organization")} onChange={(organization) => organization && set({ organization })} data={organizations.data ? organizations.data.rows.map((o) => ({ value: o.id, label: o.name })) : [{ value: now.organization, label: now.organization }]} />
            <Select label={t("cred.purpose")} description={t(`cred.purposeHelp.${now.purpose}`)} allowDeselect={false} value={now.purpose} onChange={(v) => v && set({ purpose: v as Draft["purpose"] })} data={(["pricing", "account"] as const).map((value) => ({ value, label: t(`cred.purposes.${value}`) }))} />
            <TextInput label={t("cred.account")} description={t("cred.accountHelp")} required={accountOnly} classNames={{ input: "id" }} value={now.account} error={at("account")} onChange={(e) => set({ account: e.currentTarget.value })} />
          </SimpleGrid>
        )}
        {form?.problem && <Notice tone="warn">{form.problem}</Notice>}
        {form?.fields.map((x) => {
          const common = { key: x.name, label: label(x), description: x.secret && sealed ? t("cred.keptSecret") : x.about, required: x.needed && !(x.secret && sealed), error: at(`fields.${x.name}`) ?? at(`secrets.${x.name}`) };
          const { key, ...rest } = common;
          if (!x.secret && x.words?.length) return <Select key={key} {...rest} value={now.fields[x.name] ?? null} onChange={(v) => set({ fields: { ...now.fields, [x.name]: v ?? "" } })} data={x.words} />;
          if (!x.secret) return <TextInput key={key} {...rest} classNames={{ input: "id" }} spellCheck={false} value={now.fields[x.name] ?? ""} onChange={(e) => set({ fields: { ...now.fields, [x.name]: e.currentTarget.value } })} />;
          const write = (value: string) => set({ secrets: { ...now.secrets, [x.name]: value } });
          const hidden = { ...rest, autoComplete: "new-password", placeholder: sealed ? "••••••••" : undefined, value: now.secrets[x.name] ?? "" };
          return long.has(x.name)
            ? <Textarea key={key} {...hidden} autosize minRows={3} maxRows={8} spellCheck={false} classNames={{ input: "id" }} onChange={(e) => write(e.currentTarget.value)} />
            : <PasswordInput key={key} {...hidden} onChange={(e) => write(e.currentTarget.value)} />;
        })}
        {form?.fields.some((x) => x.secret) && <Text size="sm" c="dimmed">{t("cred.secretHelp")}</Text>}
        {(problem || unverified) && <Checkbox label={t("cred.unverified")} description={t("cred.unverifiedHelp")} checked={unverified} onChange={(e) => setUnverified(e.currentTarget.checked)} />}
        <Group justify="flex-end"><Button type="submit" loading={busy} disabled={!ready}>{t("cred.save")}</Button></Group>
      </Stack>
    </form>
  );
}
