import { Button, FileButton, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { IconFileTypeCsv } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { Problem } from "../../api/problem";
import { changeOnce, refresh, type Schema } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Notice, State, type Tone, useExplain } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { told } from "../../ui/told";
import { hasWord, useWords } from "../../words/words";
import { times } from "./amount";

type Outcome = Schema<"ItemOutcome">;
type Imported = Schema<"ItemImported">;
type Mode = "merge" | "replace-month" | "dry-run";

interface Props {
  opened: boolean;
  close: () => void;
  period: string;
  count: number; // items that the month has now
  currency: Map<string, string>;
}

/** Items from a file: what each row would do is shown before anything is done. */
export function Importing(props: Props) {
  const t = useWords("item");
  const ui = useWords("ui");
  const f = useFormats();
  return (
    <Modal opened={props.opened} onClose={props.close} size="min(960px, 96vw)" title={t("importing.title", { month: f.period(props.period) })} closeButtonProps={{ "aria-label": ui("close") }}>
      {props.opened && <Steps {...props} />}
    </Modal>
  );
}

function Steps({ close, period, count, currency }: Props) {
  const t = useWords("item");
  const ui = useWords("ui");
  const explain = useExplain();
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const [mode, setMode] = useState<"merge" | "replace-month">("merge");
  const send = useMutation<Imported, Problem, { file: File; mode: Mode }>({
    mutationFn: async (of) => changeOnce("post", "/api/v1/months/{period}/items/import", {
      params: { path: { period }, query: { name: of.file.name, mode: of.mode } },
      body: await of.file.arrayBuffer() as never,
      bodySerializer: (body: unknown) => body as ArrayBuffer,
      headers: { "Content-Type": "application/octet-stream" },
    } as never),
  });
  const tried = send.data;
  const failed = tried?.counts.failed ?? 0;
  const columns = useColumns(currency);

  const choose = (chosen: File | null) => {
    if (!chosen) return;
    setFile(chosen);
    send.mutate({ file: chosen, mode: "dry-run" });
  };
  async function put() {
    if (!file) return;
    const done = await send.mutateAsync({ file, mode }).catch(() => undefined);
    if (!done?.done) return;
    await refresh(queries, ["/api/v1/months"]);
    told(t("importing.done", { count: done.counts.inserted + done.counts.updated + done.counts.deleted }));
    close();
  }

  return (
    <Stack gap="md">
      <Text size="md">{t("importing.help")}</Text>
      <Group gap="sm">
        <FileButton onChange={choose} accept=".csv,text/csv">{(props) => <Button {...props} variant={file ? "default" : "filled"} leftSection={<IconFileTypeCsv size={16} />}>{t(file ? "importing.other" : "importing.choose")}</Button>}</FileButton>
        {file && <Text size="md" className="id">{file.name}</Text>}
      </Group>
      {send.isError && <Notice tone="bad" title={t("importing.unread")}>{explain(send.error)}{!!send.error.body.errors?.length && <ul>{send.error.body.errors.map((x, i) => <li key={i}>{x.message}</li>)}</ul>}</Notice>}
      {tried?.done_before && <Notice tone="warn">{t("importing.before", { who: tried.done_before.by })}</Notice>}
      {tried && (
        <>
          {failed > 0 && <Notice tone="bad" title={t("importing.failed", { count: failed })}>{t("importing.failedHelp")}</Notice>}
          <DataTable name="items-import" label={t("importing.rows")} plain columns={columns} rows={tried.rows} rowKey={(r) => `${r.line ?? ""} ${r.group} ${r.label}`} maxHeight={340} mark={(r) => (r.errors?.length ? "bad" : r.action === "unchanged" ? "quiet" : undefined)} />
          <Radio.Group label={t("importing.mode")} value={mode} onChange={(v) => setMode(v as "merge" | "replace-month")}>
            <Stack gap={6} mt={4}>
              <Radio value="merge" label={t("importing.merge")} description={t("importing.mergeHelp", { count: tried.not_in_file })} />
              <Radio value="replace-month" label={t("importing.replace")} description={t("importing.replaceHelp", { count: tried.not_in_file })} disabled={count === 0} />
            </Stack>
          </Radio.Group>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button color={mode === "replace-month" && tried.not_in_file > 0 ? "red" : undefined} disabled={failed > 0 || tried.rows.length === 0} loading={send.isPending} onClick={() => void put()}>
              {mode === "replace-month" && tried.not_in_file > 0 ? t("importing.yesReplace", { count: tried.rows.length, gone: tried.not_in_file }) : t("importing.yes", { count: tried.rows.length })}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}

const tones: Record<string, Tone> = { insert: "good", update: "info", delete: "warn", unchanged: "quiet", fail: "bad", failed: "bad" };

function useColumns(currency: Map<string, string>): Column<Outcome>[] {
  const t = useWords("item");
  const f = useFormats();
  return useMemo((): Column<Outcome>[] => [
    { id: "line", title: t("importing.line"), kind: "number", value: (r) => r.line },
    { id: "action", title: t("importing.action"), value: (r) => r.action, show: (r) => <State tone={r.errors?.length ? "bad" : tones[r.action] ?? "quiet"}>{hasWord("item", `action.${r.action}`) ? t(`action.${r.action}` as "action.insert") : r.action}</State> },
    { id: "group", title: t("column.group"), value: (r) => r.group },
    { id: "label", title: t("column.label"), value: (r) => r.label, show: (r) => <div>{r.label}{r.errors?.map((e) => <Text key={e} size="xs" c="var(--bad)">{e}</Text>)}</div> },
    { id: "before", title: t("importing.was"), value: (r) => r.previous && times(r.previous.unit_price, r.previous.quantity), show: (r) => r.previous ? <span className="num soft">{f.number(times(r.previous.unit_price, r.previous.quantity), 20)}</span> : <span className="soft">–</span>, kind: "amount" },
    { id: "amount", title: t("column.amount"), kind: "amount", value: (r) => (r.errors?.length ? undefined : times(r.unit_price || "0", r.quantity || "0")), currency: (r) => currency.get(r.group) ?? "" },
    { id: "currency", title: t("column.currency"), value: (r) => currency.get(r.group) },
  ], [t, f, currency]);
}
