import { ActionIcon, Anchor, Button, Checkbox, Group, Stack, Table, Text, Textarea, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { useAll } from "../../../api/query";
import { Amount } from "../../../ui/amount";
import { useFormats } from "../../../ui/format";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { usePeriod } from "../../../ui/period";
import { Notice, State } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { pastedAccounts } from "./draft";
import type { StepProps } from "./known";

/** The accounts that are billed: those of nobody, or ids that are pasted. What somebody has is refused, with who it is. */
export function AccountsStep({ draft, change, known }: StepProps) {
  const t = useWords("customer");
  const ui = useWords("ui");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const unmapped = useAll("/api/v1/accounts/unmapped", { params: { query: { period } } }, { when: can("months.read") });
  const [text, setText] = useState("");
  const has = (id: string) => draft.accounts.some((a) => a.id === id);
  const drop = (id: string) => change({ accounts: draft.accounts.filter((a) => a.id !== id) });
  const taken = draft.accounts.filter((a) => known.owners.has(a.id));
  const free = unmapped.data?.rows ?? [];

  function add() {
    const rows = pastedAccounts(text).filter((r) => !has(r.id));
    change({ accounts: [...draft.accounts, ...rows.map((r) => ({ id: r.id, name: r.name || known.names.get(r.id) || free.find((u) => u.account === r.id)?.name || "" }))] });
    setText("");
  }

  return (
    <Stack gap="md" maw={980}>
      {free.length > 0 && (
        <Card title={t("wizard.unmapped", { month: f.period(period) })}>
          <Stack gap={8}>
            {free.slice(0, 60).map((u) => (
              <Group key={`${u.account} ${u.payer} ${u.currency}`} gap="sm" justify="space-between" wrap="nowrap">
                <Checkbox
                  checked={has(u.account)} onChange={(e) => (e.currentTarget.checked ? change({ accounts: [...draft.accounts, { id: u.account, name: u.name }] }) : drop(u.account))}
                  label={<span>{u.name || u.account} <span className="id soft">{u.account}</span></span>} description={u.services.slice(0, 3).map((s) => s.service).join(", ")}
                />
                <Amount value={u.cost} currency={u.currency} />
              </Group>
            ))}
            {free.length > 60 && <Text size="sm" c="dimmed">{t("wizard.moreUnmapped", { count: free.length - 60 })}</Text>}
          </Stack>
        </Card>
      )}
      <Card title={t("wizard.paste")}>
        <Stack gap="sm">
          {free.length === 0 && unmapped.data && <Text size="sm" c="dimmed">{t("wizard.noUnmapped", { month: f.period(period) })}</Text>}
          <Textarea label={t("wizard.pasteLabel")} description={t("wizard.pasteHelp")} autosize minRows={3} maxRows={10} value={text} onChange={(e) => setText(e.currentTarget.value)} spellCheck={false} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8125rem" } }} placeholder={t("wizard.pasteExample")} />
          <Group><Button variant="default" disabled={pastedAccounts(text).length === 0} onClick={add}>{t("wizard.addAccounts", { count: pastedAccounts(text).length })}</Button></Group>
        </Stack>
      </Card>
      <Card title={t("wizard.chosen", { count: draft.accounts.length })}>
        <Stack gap="sm">
          {taken.length > 0 && <Notice tone="bad" title={t("wizard.taken", { count: taken.length })} action={<Button size="compact-sm" variant="default" onClick={() => change({ accounts: draft.accounts.filter((a) => !known.owners.has(a.id)) })}>{t("wizard.leaveTaken")}</Button>}>{t("wizard.takenHelp")}</Notice>}
          {draft.accounts.length === 0 ? <Text c="dimmed">{t("wizard.noneChosen")}</Text> : (
            <Table.ScrollContainer minWidth={460} mah={360}>
              <Table verticalSpacing={4}>
                <Table.Thead><Table.Tr><Table.Th>{t("column.account")}</Table.Th><Table.Th>{t("column.name")}</Table.Th><Table.Th>{t("wizard.standing")}</Table.Th><Table.Th /></Table.Tr></Table.Thead>
                <Table.Tbody>
                  {draft.accounts.map((a) => {
                    const owner = known.owners.get(a.id);
                    return (
                      <Table.Tr key={a.id}>
                        <Table.Td className="id">{a.id}</Table.Td>
                        <Table.Td><TextInput size="xs" aria-label={t("wizard.nameOf", { account: a.id })} value={a.name} onChange={(e) => change({ accounts: draft.accounts.map((x) => (x.id === a.id ? { ...x, name: e.currentTarget.value } : x)) })} /></Table.Td>
                        <Table.Td>
                          {!owner ? <State tone="good">{t("wizard.free")}</State> : (
                            <Group gap={6} wrap="nowrap"><State tone="bad">{t("wizard.refused")}</State>
                              {owner.kind === "group" ? <Anchor component={Link} to={`/groups/${encodeURIComponent(owner.id)}?tab=accounts`} size="sm">{t("wizard.isOf", { owner: owner.id })}</Anchor> : <Text size="sm">{owner.kind === "pool" ? t("wizard.isOfPool", { owner: owner.id }) : t("wizard.isOwn")}</Text>}
                            </Group>
                          )}
                        </Table.Td>
                        <Table.Td><ActionIcon size="sm" aria-label={t("wizard.drop", { account: a.id })} title={ui("remove")} onClick={() => drop(a.id)}><IconTrash size={14} /></ActionIcon></Table.Td>
                      </Table.Tr>
                    );
                  })}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
          <TextInput type="date" label={t("wizard.from")} description={t("wizard.fromHelp")} maw={300} value={draft.from} onChange={(e) => change({ from: e.currentTarget.value })} />
        </Stack>
      </Card>
    </Stack>
  );
}
