import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import { changeOnce, type Schema, useAll } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { useCan } from "../../../ui/me";
import { Card, Page } from "../../../ui/page";
import { Empty, Failed, Notice, State } from "../../../ui/state";
import { type Column, DataTable } from "../../../ui/table";
import { useWords } from "../../../words/words";
import { useProviderName } from "../../provider";
import { useDoing } from "../doing";
import type { Row } from "./draft";
import { CredentialForm, touched } from "./form";
import { Trail } from "./trail";

type Tried = Schema<"VerifiedCredential">;

/** By what Sluice comes into accounts: whose is each, and does it work? */
export default function CredentialsPage() {
  const t = useWords("connect");
  const providerName = useProviderName();
  const ui = useWords("ui");
  const can = useCan();
  const confirm = useConfirm();
  const act = useDoing(touched);
  const credentials = useAll("/api/v1/credentials");
  const organizations = useAll("/api/v1/organizations");
  const [open, setOpen] = useState<{ row?: Row }>();
  const [tried, setTried] = useState<Record<string, Tried>>({});
  const [busy, setBusy] = useState("");
  const write = can("config.write");
  const rows = credentials.data?.rows;
  const names = new Map((organizations.data?.rows ?? []).map((o) => [o.id, o.name]));
  const providers = [...new Set([...(rows ?? []).map((c) => c.provider), "aws"])].filter(Boolean);

  async function verify(id: string) {
    setBusy(id);
    const said = await act(t("cred.notTried"), () => changeOnce("post", "/api/v1/credentials/{id}/verify", { params: { path: { id } } }));
    if (said) setTried((all) => ({ ...all, [id]: said }));
    setBusy("");
  }
  async function remove(row: Row) {
    const yes = await confirm({ title: t("cred.removeTitle", { id: row.id }), children: t("cred.removeHelp"), yes: t("cred.remove"), danger: true });
    if (!yes) return;
    await act(t("cred.notRemoved"), async () => { await changeOnce("delete", "/api/v1/credentials/{id}", { params: { path: { id: row.id } } }); setOpen(undefined); }, t("cred.removed", { id: row.id }));
  }
  const columns: Column<Row>[] = [
    { id: "id", title: t("credential"), width: 190, value: (c) => c.name ?? c.id, show: (c) => <div><Text fw={560} size="md">{c.name || c.id}</Text>{c.name && <Text size="xs" c="dimmed" className="id">{c.id}</Text>}</div> },
    { id: "organization", title: t("cred.organization"), width: 130, value: (c) => names.get(c.organization) ?? c.organization },
    { id: "provider", title: t("provider.label"), value: (c) => providerName(c.provider) },
    { id: "schema", title: t("cred.schema"), width: 120, value: (c) => t(`schema.${c.schema}` as "schema.aws-role", { defaultValue: c.schema }) },
    { id: "account", title: t("cred.account"), kind: "id", value: (c) => c.account },
    { id: "sources", title: t("cred.sources"), value: (c) => c.sources.join(", ") },
    { id: "verified", title: t("cred.verified"), value: (c) => { const x = tried[c.id]; return x ? String(x.ok) : ""; }, show: (c) => <Verified row={c} tried={tried[c.id]} /> },
    ...(can("months.run") ? [{ id: "do", title: t("action"), value: () => undefined, show: (c: Row) => (c.billing_only ? null : <Button size="compact-sm" variant="default" loading={busy === c.id} aria-label={t("cred.tryOf", { id: c.id })} onClick={(e) => { e.stopPropagation(); void verify(c.id); }}>{t("cred.try")}</Button>) }] : []),
  ];
  const add = write && <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setOpen({})}>{t("cred.add")}</Button>;
  const bad = Object.values(tried).filter((x) => !x.ok && rows?.some((c) => c.id === x.id));
  return (
    <Page title={t("cred.title")} question={t("cred.question")} actions={add}>
      {bad.map((x) => <Notice key={x.id} tone="bad" title={t("cred.fails", { id: x.id })}>{x.says}{x.advice && <Text size="sm" mt={4}>{x.advice}</Text>}</Notice>)}
      <Card flush>
        {credentials.error ? <Failed error={credentials.error} again={() => void credentials.refetch()} /> : (
          <DataTable
            name="credentials" label={t("cred.title")} plain columns={columns} rows={rows} rowKey={(c) => c.id} onOpen={write ? (row) => setOpen({ row }) : undefined} mark={(c) => (tried[c.id]?.ok === false ? "bad" : undefined)}
            empty={<Empty icon={IconKey} title={t("cred.none")} action={add || undefined}>{t("cred.noneHelp")}</Empty>}
          />
        )}
      </Card>
      {!credentials.error && rows && <Trail key={providers.join()} providers={providers} />}
      <Modal opened={!!open} onClose={() => setOpen(undefined)} size="lg" title={open?.row ? t("cred.edit", { id: open.row.id }) : t("cred.add")} closeButtonProps={{ "aria-label": ui("close") }}>
        {open && (
          <Stack gap="md">
            <CredentialForm begun={open.row ?? {}} kept={!!open.row} taken={rows?.map((c) => c.id) ?? []} done={(saved) => { setTried((all) => ({ ...all, [saved.credential.id]: { id: saved.credential.id, ok: !saved.problem, says: saved.problem || saved.verified.says, verified: saved.verified } })); setOpen(undefined); }} />
            {open.row && <Group><Button variant="subtle" color="red" disabled={open.row.sources.length > 0} onClick={() => void remove(open.row!)}>{t("cred.remove")}</Button>{open.row.sources.length > 0 && <Text size="sm" c="dimmed">{t("cred.inUse", { sources: open.row.sources.join(", ") })}</Text>}</Group>}
          </Stack>
        )}
      </Modal>
    </Page>
  );
}

function Verified({ row, tried }: { row: Row; tried?: Tried }) {
  const t = useWords("connect");
  if (row.billing_only) return <State tone="quiet">{t("cred.billingOnly")}</State>;
  if (!tried) return <State tone="quiet">{t("cred.untried")}</State>;
  if (!tried.ok) return <State tone="bad">{t("cred.broken")}</State>;
  return <span title={tried.says}><State tone={tried.verified.tried ? "good" : "info"}>{t(tried.verified.tried ? "cred.works" : "cred.looks")}</State></span>;
}
