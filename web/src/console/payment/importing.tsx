import { Button, Checkbox, FileButton, Group, Modal, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { IconFileTypeCsv } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { Problem } from "../../api/problem";
import { changeOnce, refresh, type Schema } from "../../api/query";
import { Notice, State, type Tone, useExplain } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { told } from "../../ui/told";
import { hasWord, useWords } from "../../words/words";

type Line = Schema<"ReceivableListedPayment">;

/** The payments of a bank's list: what each line would do is shown before anything is recorded. */
export function Importing({ opened, close }: { opened: boolean; close: () => void }) {
  const t = useWords("payment");
  const ui = useWords("ui");
  return (
    <Modal opened={opened} onClose={close} size="min(1040px, 96vw)" title={t("importing.title")} closeButtonProps={{ "aria-label": ui("close") }}>
      {opened && <Steps close={close} />}
    </Modal>
  );
}

const named = ["date", "amount", "key", "currency", "customer", "documents", "reference", "payer", "method"] as const;

function Steps({ close }: { close: () => void }) {
  const t = useWords("payment");
  const ui = useWords("ui");
  const explain = useExplain();
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const [separator, setSeparator] = useState(",");
  const [comma, setComma] = useState(false);
  const [headings, setHeadings] = useState<Partial<Record<(typeof named)[number], string>>>({});
  const [shown, setShown] = useState(false);
  const send = useMutation<Schema<"ImportedPayments">, Problem, { file: File; dry: boolean }>({
    mutationFn: async (of) => changeOnce("post", "/api/v1/payments/import", {
      params: { query: { dry_run: of.dry, separator, decimal_comma: comma, column: Object.entries(headings).filter(([, h]) => h).map(([name, h]) => `${name}=${h}`) } },
      body: await of.file.arrayBuffer() as never,
      bodySerializer: (body: unknown) => body as ArrayBuffer,
      headers: { "Content-Type": "application/octet-stream" },
    } as never),
  });
  const lines = send.data?.lines;
  const ready = lines?.filter((l) => l.outcome === "would-record") ?? [];
  const wrong = lines?.filter((l) => l.outcome === "refused") ?? [];
  const columns = useColumns();
  const again = (chosen: File | undefined) => { if (chosen) send.mutate({ file: chosen, dry: true }); };

  async function put() {
    if (!file) return;
    const done = await send.mutateAsync({ file, dry: false }).catch(() => undefined);
    if (!done) return;
    await refresh(queries, ["/api/v1/payments", "/api/v1/invoices", "/api/v1/ageing", "/api/v1/reminders"]);
    told(t("importing.done", { count: done.lines.filter((l) => l.outcome === "recorded").length }));
    if (!done.lines.some((l) => l.outcome === "refused")) close();
  }

  return (
    <Stack gap="md">
      <Text>{t("importing.help")}</Text>
      <Group gap="sm" align="flex-end">
        <FileButton accept=".csv,.txt,text/csv" onChange={(chosen) => { if (chosen) { setFile(chosen); again(chosen); } }}>
          {(props) => <Button {...props} variant={file ? "default" : "filled"} leftSection={<IconFileTypeCsv size={16} />}>{t(file ? "importing.other" : "importing.choose")}</Button>}
        </FileButton>
        {file && <Text className="id">{file.name}</Text>}
      </Group>
      <Group gap="md" align="flex-end">
        <Select label={t("importing.separator")} w={150} allowDeselect={false} value={separator} onChange={(v) => setSeparator(v ?? ",")} data={[{ value: ",", label: t("importing.comma") }, { value: ";", label: t("importing.semicolon") }, { value: "\t", label: t("importing.tab") }]} />
        <Checkbox mb={8} label={t("importing.decimalComma")} checked={comma} onChange={(e) => setComma(e.currentTarget.checked)} />
        <Button variant="subtle" aria-expanded={shown} onClick={() => setShown(!shown)}>{t("importing.headings")}</Button>
        {file && <Button variant="default" loading={send.isPending} onClick={() => again(file)}>{t("importing.again")}</Button>}
      </Group>
      {shown && (
        <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="xs">
          {named.map((name) => <TextInput key={name} size="xs" label={t(`importing.column.${name}`)} placeholder={name} value={headings[name] ?? ""} onChange={(e) => setHeadings({ ...headings, [name]: e.currentTarget.value })} />)}
        </SimpleGrid>
      )}
      {send.isError && <Notice tone="bad" title={t("importing.unread")}>{explain(send.error)}</Notice>}
      {lines && (
        <>
          {wrong.length > 0 && <Notice tone="warn" title={t("importing.wrong", { count: wrong.length })}>{t("importing.wrongHelp")}</Notice>}
          <DataTable
            plain name="payments-import" label={t("importing.lines")} columns={columns} rows={lines} rowKey={(l) => String(l.line)} maxHeight={380}
            mark={(l) => (l.outcome === "refused" ? "bad" : l.outcome === "known" || l.outcome === "skipped" ? "quiet" : undefined)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>{ready.length ? ui("cancel") : ui("close")}</Button>
            <Button disabled={ready.length === 0} loading={send.isPending} onClick={() => void put()}>{t("importing.yes", { count: ready.length })}</Button>
          </Group>
        </>
      )}
    </Stack>
  );
}

const tones: Record<string, Tone> = { recorded: "good", "would-record": "good", known: "quiet", skipped: "quiet", refused: "bad" };

function useColumns(): Column<Line>[] {
  const t = useWords("payment");
  return useMemo((): Column<Line>[] => [
    { id: "line", title: t("importing.line"), kind: "number", value: (l) => l.line },
    { id: "outcome", title: t("importing.outcome"), value: (l) => l.outcome, show: (l) => <State tone={tones[l.outcome] ?? "quiet"}>{hasWord("payment", `outcome.${l.outcome}`) ? t(`outcome.${l.outcome}` as "outcome.known") : l.outcome}</State> },
    { id: "key", title: t("column.key"), kind: "id", value: (l) => l.key },
    { id: "customer", title: t("column.customer"), value: (l) => l.customer },
    { id: "amount", title: t("column.amount"), kind: "amount", value: (l) => (l.amount === "" ? undefined : l.amount), currency: (l) => l.currency ?? "" },
    {
      id: "settles", title: t("column.settles"), width: 220, value: (l) => [...(l.settles ?? []).map((s) => s.number), l.why].filter(Boolean).join(" "),
      show: (l) => <div><span className="id">{(l.settles ?? []).map((s) => s.number).join(", ")}</span>{l.why && <Text size="xs" c={l.outcome === "refused" ? "var(--bad)" : "dimmed"}>{l.why}</Text>}</div>,
    },
    { id: "unallocated", title: t("column.unallocated"), kind: "amount", value: (l) => (l.outcome === "refused" || l.outcome === "skipped" ? undefined : l.unallocated), currency: (l) => l.currency ?? "" },
  ], [t]);
}
