import { ActionIcon, Button, FileButton, Group, Modal, Progress, Select, Stack, Text } from "@mantine/core";
import { IconFileUpload, IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { changeOnce, refresh, type Schema, useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useJobs } from "../../ui/jobs";
import { Notice, useExplain } from "../../ui/state";
import { refused } from "../../ui/told";
import { useWords } from "../../words/words";
import { canBeLoaded, size } from "./rows";
import classes from "./source.module.css";

type Upload = Schema<"Upload">;

/** Files that no manifest describes: sends them to the server, and loads them together as one report. */
export function Uploading({ opened, period, close }: { opened: boolean; period: string; close: () => void }) {
  const t = useWords("source");
  const ui = useWords("ui");
  const f = useFormats();
  return (
    <Modal opened={opened} onClose={close} size="lg" title={t("upload.title", { month: f.period(period) })} closeButtonProps={{ "aria-label": ui("close") }}>
      {opened && <Form period={period} close={close} />}
    </Modal>
  );
}

function Form({ period, close }: { period: string; close: () => void }) {
  const t = useWords("source");
  const ui = useWords("ui");
  const f = useFormats();
  const queries = useQueryClient();
  const explain = useExplain();
  const { follow } = useJobs();
  const payers = useAll("/api/v1/payers");
  const waiting = useAll("/api/v1/uploads");
  const [payer, setPayer] = useState<string | null>(null);
  const [sending, setSending] = useState<string[]>([]);
  const [over, setOver] = useState(false);
  const [wrong, setWrong] = useState<string[]>([]);
  const files = waiting.data?.rows ?? [];
  const amount = (of: Upload) => { const s = size(of.bytes); return new Intl.NumberFormat(f.language, { style: "unit", unit: s.unit, maximumFractionDigits: 1 }).format(s.value); };

  async function send(chosen: File[]) {
    const good = chosen.filter((file) => canBeLoaded(file.name));
    setWrong(chosen.filter((file) => !canBeLoaded(file.name)).map((file) => file.name));
    setSending(good.map((file) => file.name));
    for (const file of good) {
      try {
        await changeOnce("put", "/api/v1/uploads/{id}", {
          params: { path: { id: file.name } }, body: file as never, bodySerializer: (body: unknown) => body as Blob, headers: { "Content-Type": "application/octet-stream" },
        } as never);
      } catch (error) {
        refused(t("upload.notSent", { name: file.name }), explain(error));
      }
      setSending((names) => names.filter((name) => name !== file.name));
      await refresh(queries, ["/api/v1/uploads"]);
    }
  }
  async function remove(id: string) {
    try {
      await changeOnce("delete", "/api/v1/uploads/{id}", { params: { path: { id } } });
    } catch (error) {
      refused(t("upload.notRemoved"), explain(error));
    }
    await refresh(queries, ["/api/v1/uploads"]);
  }
  async function load() {
    if (!payer) return;
    try {
      const job = await changeOnce("post", "/api/v1/months/{period}/files", { params: { path: { period } }, body: { payer, files: files.map((u) => u.id) } });
      close();
      await follow(job);
    } catch (error) {
      refused(t("notLoaded"), explain(error));
    }
  }

  return (
    <Stack gap="md">
      <Text>{t("upload.help")}</Text>
      <div
        className={classes.drop} data-over={over}
        onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
        onDrop={(e) => { e.preventDefault(); setOver(false); void send([...e.dataTransfer.files]); }}
      >
        <Stack align="center" gap="xs">
          <IconFileUpload size={26} stroke={1.5} aria-hidden />
          <Text>{t("upload.drop")}</Text>
          <FileButton multiple onChange={(chosen) => void send(chosen)} accept=".csv,.gz,.zip,.parquet">{(props) => <Button {...props} variant="default">{t("upload.choose")}</Button>}</FileButton>
          <Text size="xs" c="dimmed">{t("upload.kinds")}</Text>
        </Stack>
      </div>
      {wrong.length > 0 && <Notice tone="bad">{t("upload.wrong", { names: f.list(wrong) })}</Notice>}
      {sending.map((name) => <div key={name}><Text size="sm">{t("upload.sending", { name })}</Text><Progress value={100} animated size="sm" aria-label={t("upload.sending", { name })} /></div>)}
      {files.length > 0 && (
        <ul className={classes.files} aria-label={t("upload.waiting")}>
          {files.map((u) => (
            <Group key={u.id} component="li" justify="space-between" wrap="nowrap">
              <Text size="md" className="id" truncate>{u.name}</Text>
              <Group gap="xs" wrap="nowrap">
                <Text size="sm" c="dimmed" className="num">{amount(u)}</Text>
                <ActionIcon aria-label={t("upload.remove", { name: u.name })} onClick={() => void remove(u.id)}><IconX size={15} /></ActionIcon>
              </Group>
            </Group>
          ))}
        </ul>
      )}
      <Select label={t("column.payer")} required value={payer} onChange={setPayer} data={(payers.data?.rows ?? []).map((p) => ({ value: p.id, label: p.name ? `${p.name} · ${p.id}` : p.id }))} />
      {payer && files.length > 0 && <Notice tone="info">{t("upload.consequence", { count: files.length, month: f.period(period) })}</Notice>}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close}>{ui("cancel")}</Button>
        <Button disabled={!payer || files.length === 0 || sending.length > 0} onClick={() => void load()}>{t("upload.yes", { count: files.length })}</Button>
      </Group>
    </Stack>
  );
}
