import { Button, Group, Modal, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { changeOnce, refresh, type Schema } from "../../../api/query";
import { documentLanguages } from "../../../ui/invoice/labels";
import { Notice, useExplain } from "../../../ui/state";
import { told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { type Invitation, touched, useNames } from "../known";
import { useTerms } from "../words";

type Change = NonNullable<Schema<"ChangeInvitationInputBody">>;

const fields = ["account", "name", "customer", "group", "from", "language", "relationship", "program_account"] as const;
type Field = (typeof fields)[number];

/** What an invitation says of the account, corrected; nothing is sent. */
export function Correcting({ of: i, close }: { of: Invitation; close: () => void }) {
  const t = useWords("member");
  const ui = useWords("ui");
  const terms = useTerms();
  const names = useNames();
  const explain = useExplain();
  const queries = useQueryClient();
  const [begun] = useState(() => Object.fromEntries(fields.map((x) => [x, i[x] ?? ""])) as Record<Field, string>);
  const [now, setNow] = useState(begun);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const put = (part: Partial<Record<Field, string>>) => setNow((before) => ({ ...before, ...part }));
  const changed = fields.filter((x) => now[x].trim() !== begun[x]);
  const fixed = !!i.registered;
  const of = (x: Field) => ({ value: now[x], error: problem?.at(x), onChange: (e: { currentTarget: { value: string } }) => put({ [x]: e.currentTarget.value }) });

  async function save() {
    setBusy(true);
    setProblem(undefined);
    try {
      const body: Change = Object.fromEntries(changed.map((x) => [x, now[x].trim() || (x === "from" ? null : "")]));
      await changeOnce("patch", "/api/v1/account-invitations/{id}", { params: { path: { id: i.id } }, body });
      await refresh(queries, touched);
      told(t("correct.done"));
      close();
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Modal opened onClose={close} size="lg" title={t("correct.title")} closeButtonProps={{ "aria-label": ui("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); if (changed.length) void save(); }} autoComplete="off">
        <Stack gap="md">
          {problem && !fields.some((x) => problem.at(x)) && <Notice tone="bad" title={t("correct.notDone")}>{explain(problem)}</Notice>}
          {fixed && <Notice tone="info">{t("correct.fixed")}</Notice>}
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {!fixed && (
              <>
                {i.target_kind === "EMAIL" && i.kind === "account" && <TextInput label={t("column.account")} description={t("correct.account")} maxLength={12} {...of("account")} />}
                <TextInput label={t(`new.name.${i.kind}`)} description={t(`new.nameHelp.${i.kind}`)} maxLength={50} {...of("name")} />
                <Select label={t("column.customer")} description={t("new.customerHelp")} searchable clearable value={now.customer || null} error={problem?.at("customer")} onChange={(v) => put({ customer: v ?? "", group: "" })} data={names.customers.map((c) => ({ value: c.id, label: c.name || c.id }))} />
                {i.kind === "account" && <Select label={t("column.group")} description={t("new.groupHelp")} clearable disabled={!now.customer} value={now.group || null} error={problem?.at("group")} onChange={(v) => put({ group: v ?? "" })} data={names.groups.filter((g) => g.customer === now.customer).map((g) => ({ value: g.id, label: g.name || g.id }))} />}
                {i.kind === "account" && <TextInput type="date" label={t("new.from")} description={t("new.fromHelp")} {...of("from")} />}
                <Select label={t("new.language")} description={t("correct.language")} allowDeselect={false} value={now.language || null} error={problem?.at("language")} onChange={(v) => put({ language: v ?? "" })} data={[...new Set([...documentLanguages, ...(now.language ? [now.language] : [])])].map((value) => ({ value, label: terms.language(value) }))} />
              </>
            )}
            <TextInput label={t("partner.relationship")} description={t("partner.relationshipHelp")} maxLength={16} {...of("relationship")} />
            <TextInput label={t("partner.program")} description={t("partner.programHelp")} maxLength={17} {...of("program_account")} />
          </SimpleGrid>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" loading={busy} disabled={changed.length === 0}>{t("correct.save")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
