import { Button, Drawer, Group, Menu, Stack, Text, TextInput } from "@mantine/core";
import { IconDownload, IconRosetteDiscountCheck, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { fileAddress } from "../../../api/client";
import { askOnce, type Schema, useAsk } from "../../../api/query";
import { Id } from "../../../ui/amount";
import { useFormats } from "../../../ui/format";
import { Card, Facts, Page } from "../../../ui/page";
import { Empty, Failed, Notice, useExplain } from "../../../ui/state";
import { type Column, DataTable } from "../../../ui/table";
import { refused } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { Differences } from "./differences";

type Entry = Schema<"StoreAuditEntry">;
const asked = ["by", "action", "subject", "since", "until"] as const;

/** Who did what, when, from where and why; and whether the record is whole. */
export default function AuditPage() {
  const t = useWords("setting");
  const f = useFormats();
  const [params, setParams] = useSearchParams();
  const get = (name: string) => params.get(name) ?? "";
  const set = (values: Record<string, string | undefined>) => setParams((before) => {
    const next = new URLSearchParams(before);
    for (const [name, value] of Object.entries(values)) if (value) next.set(name, value); else next.delete(name);
    return next;
  }, { replace: true });
  const day = (name: "since" | "until") => (get(name) ? { [name]: new Date(`${get(name)}T00:00:00`).toISOString() } : {});
  const query = { limit: 500, ...(get("by") ? { by: get("by") } : {}), ...(get("action") ? { action: get("action") } : {}), ...(get("subject") ? { subject: get("subject") } : {}), ...day("since"), ...day("until") };
  const entries = useAsk("/api/v1/audit", { params: { query } }, { keep: true });
  const open = entries.data?.items.find((e) => String(e.seq) === params.get("entry"));

  const columns: Column<Entry>[] = [
    { id: "at", title: t("audit.at"), kind: "time", value: (e) => e.at },
    { id: "by", title: t("audit.by"), value: (e) => e.by, show: (e) => <Text size="sm" truncate maw={220} title={e.by}>{e.by}</Text> },
    { id: "action", title: t("audit.action"), value: (e) => e.action, show: (e) => <span className="id" style={{ whiteSpace: "nowrap" }}>{e.action}</span> },
    { id: "subject", title: t("audit.subject"), value: (e) => e.subject, width: 200, show: (e) => <Text size="sm" truncate maw={260} title={e.subject}>{e.subject}</Text> },
    { id: "detail", title: t("audit.detail"), value: (e) => [e.reason, e.detail].filter(Boolean).join(" · "), show: (e) => <Text size="sm" lineClamp={1} maw={420} title={e.detail}>{e.reason && <strong>{e.reason} </strong>}{e.detail}</Text> },
    { id: "from", title: t("audit.from"), value: (e) => [e.via, e.address].filter(Boolean).join(" "), hidden: true },
    { id: "seq", title: t("audit.number"), kind: "number", value: (e) => e.seq },
  ];
  return (
    <Page
      title={t("place.audit.title")} question={t("audit.question")} wide
      actions={(
        <Menu position="bottom-end">
          <Menu.Target><Button variant="default" leftSection={<IconDownload size={15} />}>{t("audit.export")}</Button></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item component="a" href={fileAddress("/audit/file", { format: "jsonl" })}>{t("audit.jsonl")}</Menu.Item>
            <Menu.Item component="a" href={fileAddress("/audit/file", { format: "csv" })}>{t("audit.csv")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    >
      <Proof />
      <Card flush label={t("place.audit.title")}>
        <Asking key={asked.map(get).join("|")} get={get} set={set} />
        {entries.error && !entries.data ? <Failed error={entries.error} again={() => void entries.refetch()} /> : (
          <DataTable name="audit" label={t("place.audit.title")} columns={columns} rows={entries.data?.items} rowKey={(e) => String(e.seq)} onOpen={(e) => set({ entry: String(e.seq) })} empty={<Empty title={t("audit.none")} />} />
        )}
        {entries.data?.next && <Text p="sm" size="sm" c="dimmed">{t("audit.more", { count: entries.data.items.length, total: f.number(entries.data.total) })}</Text>}
      </Card>
      <Drawer opened={!!open} onClose={() => set({ entry: undefined })} position="right" size="min(680px, 100vw)" title={t("audit.entry", { number: open?.seq })} closeButtonProps={{ "aria-label": t("close") }}>
        {open && (
          <Stack gap="md">
            <Facts of={([
              [t("audit.at"), f.time(open.at)], [t("audit.by"), open.by], [t("audit.action"), <span key="a" className="id">{open.action}</span>], [t("audit.subject"), open.subject],
              [t("audit.reason"), open.reason], [t("audit.detail"), open.detail], [t("audit.from"), [open.via, open.address].filter(Boolean).join(" · ")], [t("audit.hash"), <Id key="h" value={open.hash} />],
            ] as [string, React.ReactNode][]).filter(([, v]) => v)} />
            {(open.before !== undefined || open.after !== undefined) && <Differences before={open.before} after={open.after} />}
          </Stack>
        )}
      </Drawer>
    </Page>
  );
}

/** Whom and what the list is about: asked of the server, so that old entries are found, too. */
function Asking({ get, set }: { get: (name: string) => string; set: (values: Record<string, string | undefined>) => void }) {
  const t = useWords("setting");
  const [now, setNow] = useState(Object.fromEntries(asked.map((name) => [name, get(name)])));
  return (
    <form onSubmit={(e) => { e.preventDefault(); set(now); }}>
      <Group gap="xs" p="sm" align="flex-end" style={{ borderBottom: "1px solid var(--rule)" }}>
        {asked.map((name) => <TextInput key={name} w={name === "since" || name === "until" ? 150 : 190} type={name === "since" || name === "until" ? "date" : "text"} label={t(`audit.ask.${name}`)} placeholder={name === "action" ? "invoice.*" : undefined} value={now[name]} onChange={(e) => setNow({ ...now, [name]: e.currentTarget.value })} />)}
        <Button type="submit" variant="default" leftSection={<IconSearch size={15} />}>{t("audit.find")}</Button>
        {asked.some((name) => get(name)) && <Button variant="subtle" onClick={() => set(Object.fromEntries(asked.map((name) => [name, undefined])))}>{t("audit.all")}</Button>}
      </Group>
    </form>
  );
}

/** Checks the chain of hashes when asked to. */
function Proof() {
  const t = useWords("setting");
  const f = useFormats();
  const explain = useExplain();
  const [proof, setProof] = useState<Schema<"Verified">>();
  const [busy, setBusy] = useState(false);
  async function check() {
    setBusy(true);
    try {
      setProof(await askOnce("/api/v1/audit/proof", {}));
    } catch (error) {
      refused(t("audit.notChecked"), explain(error));
    } finally {
      setBusy(false);
    }
  }
  const again = <Button variant="default" size="compact-sm" loading={busy} leftSection={<IconRosetteDiscountCheck size={15} />} onClick={() => void check()}>{t("audit.check")}</Button>;
  if (!proof) return <Notice tone="quiet" action={again}>{t("audit.chain")}</Notice>;
  return (
    <Notice tone={proof.good ? "good" : "bad"} title={proof.good ? t("audit.good", { count: proof.entries, shown: f.number(proof.entries) }) : t("audit.bad")} action={again}>
      {proof.good ? <Group gap="xs"><span>{t("audit.head")}</span><Id value={`${proof.head.seq}:${proof.head.hash}`} most={44} /></Group> : proof.wrong}
    </Notice>
  );
}
