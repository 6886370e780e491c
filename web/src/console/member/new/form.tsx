import { Accordion, Button, Group, SegmentedControl, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";

import type { Problem } from "../../../api/problem";
import { changeOnce, refresh } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { documentLanguages } from "../../../ui/invoice/labels";
import { Card } from "../../../ui/page";
import { Notice, useExplain } from "../../../ui/state";
import { told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { Once, type Shown } from "../../setting/once";
import { path, startMonths, touched, type useNames } from "../known";
import classes from "../member.module.css";
import { useTerms } from "../words";
import { accountWish, type Draft, lacking, transferWish } from "./wish";

const placed = ["payer", "target", "name", "customer", "group", "from", "start", "language", "notes", "relationship", "program_account"];

/** An invitation being written; what is refused is said at its field. */
export function InvitationForm({ begun, names }: { begun: Draft; names: ReturnType<typeof useNames> }) {
  const t = useWords("member");
  const f = useFormats();
  const terms = useTerms();
  const explain = useExplain();
  const queries = useQueryClient();
  const go = useNavigate();
  const [draft, setDraft] = useState(begun);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState<Shown & { id: string }>();
  const put = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const fault = (field: string) => problem?.at(field);
  const transfer = draft.kind === "transfer";
  const missing = lacking(draft);
  const groups = names.groups.filter((g) => g.customer === draft.customer);
  const other = problem && !placed.some(fault);
  const notice = useRef<HTMLDivElement>(null); // above the form, while the button is below it
  useEffect(() => { if (other) notice.current?.scrollIntoView({ block: "center" }); }, [other]);

  async function send() {
    setBusy(true);
    setProblem(undefined);
    try {
      const sent = transfer
        ? await changeOnce("post", "/api/v1/transfers", { body: transferWish(draft) })
        : await changeOnce("post", "/api/v1/account-invitations", { body: accountWish(draft) });
      told(t("sent", { target: sent.invitation.target }));
      if (sent.address) setShown({ id: sent.invitation.id, title: t("page.onceTitle"), label: t("page.address"), value: sent.address, help: t("page.onceHelp") });
      else void go(path(sent.invitation.id));
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
      await refresh(queries, touched); // what AWS refused is on record, too
    }
  }

  return (
    <form onSubmit={(e) => { e.preventDefault(); if (!missing.length && !busy) void send(); }} autoComplete="off">
      <Stack gap="md" maw={860}>
        {other && <div ref={notice}><Notice tone="bad" title={t("notSent")}>{explain(problem)}{problem.body.errors?.length ? <ul>{problem.body.errors.map((e, i) => <li key={i}>{e.message}</li>)}</ul> : null}{problem.body.record && <> <Link to={path(problem.body.record)}>{t("one.open")}</Link></>}</Notice></div>}
        <Card title={t("new.whom")}>
          <Stack gap="md">
            <SegmentedControl aria-label={t("new.kind")} value={draft.kind} onChange={(kind) => { setProblem(undefined); put({ kind: kind as Draft["kind"] }); }} data={[{ value: "account", label: terms.kind("account") }, { value: "transfer", label: terms.kind("transfer") }]} />
            <Text size="sm" c="dimmed">{t(`new.about.${draft.kind}`)}</Text>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <Select label={t("column.payer")} description={t(`new.payerHelp.${draft.kind}`)} required searchable value={draft.payer || null} error={fault("payer")} onChange={(v) => put({ payer: v ?? "" })} data={names.payers.map((p) => ({ value: p.id, label: p.name ? `${p.name} · ${p.id}` : p.id }))} />
              <TextInput label={t(`new.target.${draft.kind}`)} description={t("new.targetHelp")} required maxLength={64} value={draft.target} error={fault("target")} onChange={(e) => put({ target: e.currentTarget.value })} />
              <TextInput label={t(`new.name.${draft.kind}`)} description={t(`new.nameHelp.${draft.kind}`)} required={transfer} maxLength={50} value={draft.name} error={fault("name")} onChange={(e) => put({ name: e.currentTarget.value })} />
              {transfer && <Select label={t("new.start")} description={t("new.startHelp")} required allowDeselect={false} value={draft.start || null} error={fault("start")} onChange={(v) => put({ start: v ?? "" })} data={startMonths(new Date()).map((m) => ({ value: m, label: f.period(m) }))} />}
            </SimpleGrid>
          </Stack>
        </Card>
        <Card title={t("new.whose")}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Select label={t("column.customer")} description={t("new.customerHelp")} searchable clearable value={draft.customer || null} error={fault("customer")} onChange={(v) => put({ customer: v ?? "", group: "" })} data={names.customers.map((c) => ({ value: c.id, label: c.name || c.id }))} />
            {!transfer && <Select label={t("column.group")} description={t(groups.length > 1 ? "new.groupSeveral" : "new.groupHelp")} clearable disabled={!draft.customer} value={draft.group || null} error={fault("group")} onChange={(v) => put({ group: v ?? "" })} data={groups.map((g) => ({ value: g.id, label: g.name || g.id }))} />}
            {!transfer && <TextInput type="date" label={t("new.from")} description={t("new.fromHelp")} value={draft.from} error={fault("from")} onChange={(e) => put({ from: e.currentTarget.value })} />}
          </SimpleGrid>
        </Card>
        <Card title={t("new.told")}>
          <Stack gap="md">
            <Select label={t("new.language")} description={t(transfer ? "new.languageTransfer" : "new.languageHelp")} clearable maw={410} value={draft.language || null} error={fault("language")} onChange={(v) => put({ language: v ?? "" })} data={documentLanguages.map((value) => ({ value, label: terms.language(value) }))} />
            <Textarea label={t("new.notes")} description={t("new.notesHelp")} autosize minRows={2} maxLength={1024} value={draft.notes} error={fault("notes")} onChange={(e) => put({ notes: e.currentTarget.value })} />
          </Stack>
        </Card>
        <Accordion variant="separated" defaultValue={null} classNames={{ item: classes.partner }}>
          <Accordion.Item value="partner">
            <Accordion.Control>{t("partner.title")}</Accordion.Control>
            <Accordion.Panel>
              <SimpleGrid cols={{ base: 1, sm: 2 }}>
                <TextInput label={t("partner.relationship")} description={t("partner.relationshipHelp")} maxLength={16} value={draft.relationship} error={fault("relationship")} onChange={(e) => put({ relationship: e.currentTarget.value })} />
                <TextInput label={t("partner.program")} description={t("partner.programHelp")} maxLength={17} value={draft.program_account} error={fault("program_account")} onChange={(e) => put({ program_account: e.currentTarget.value })} />
              </SimpleGrid>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        {problem && (fault("relationship") || fault("program_account")) && <Notice tone="bad" title={t("notSent")}>{fault("relationship") ?? fault("program_account")}</Notice>}
        <Group justify="flex-end" gap="xs">
          {missing.length > 0 && <Text size="sm" c="dimmed">{t("lacks.says", { what: f.list(missing.map((x) => t(`lacks.${x}`))) })}</Text>}
          <Button component={Link} to="/accounts/invitations" variant="default">{t("new.leave")}</Button>
          <Button type="submit" loading={busy} disabled={missing.length > 0}>{t("new.send")}</Button>
        </Group>
      </Stack>
      <Once shown={shown} close={() => { if (shown) void go(path(shown.id)); }} />
    </form>
  );
}
