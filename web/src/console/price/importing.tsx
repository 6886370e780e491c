import { Button, FileButton, Group, List, Modal, Select, Stack, Text } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";

import type { Problem } from "../../api/problem";
import { changeOnce, type Schema } from "../../api/query";
import { Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import type { PriceBook } from "./book";
import { keepDraft } from "./drafts";
import { writeBook } from "./yaml";

const formats = ["abc", "cloudhealth", "ripple", "abiquo"] as const;

/** Books of another product's file; they become drafts, and nothing is in force by it. */
export function Importing({ opened, close, taken }: { opened: boolean; close: () => void; taken: string[] }) {
  const t = useWords("price");
  const ui = useWords("ui");
  return <Modal opened={opened} onClose={close} size="lg" title={t("importing.title")} closeButtonProps={{ "aria-label": ui("close") }}>{opened && <Steps close={close} taken={taken} />}</Modal>;
}

function Steps({ close, taken }: { close: () => void; taken: string[] }) {
  const t = useWords("price");
  const ui = useWords("ui");
  const explain = useExplain();
  const go = useNavigate();
  const [format, setFormat] = useState<string | null>(null);
  const read = useMutation<Schema<"BookfileResult">, Problem, File>({
    mutationFn: async (file) => changeOnce("post", "/api/v1/price-books/convert", {
      params: { query: { name: file.name, format: format ?? undefined } },
      body: await file.arrayBuffer() as never,
      bodySerializer: (body: unknown) => body as ArrayBuffer,
      headers: { "Content-Type": "application/octet-stream" },
    } as never),
  });
  const books = (read.data?.books ?? []) as unknown as PriceBook[];
  function keep() {
    for (const book of books) keepDraft(book.id, writeBook(book));
    told(t("importing.kept", { count: books.length }));
    close();
    if (books.length === 1) void go(`/prices/${encodeURIComponent(books[0]!.id)}`);
  }
  return (
    <Stack gap="md">
      <Text size="md">{t("importing.help")}</Text>
      <Select label={t("importing.format")} clearable placeholder={t("importing.byFile")} value={format} onChange={setFormat} data={formats.map((value) => ({ value, label: t(`importing.format_${value}`) }))} />
      <FileButton onChange={(file) => file && read.mutate(file)}>{(props) => <Button {...props} loading={read.isPending} variant={read.data ? "default" : "filled"} leftSection={<IconFileImport size={16} />} style={{ alignSelf: "flex-start" }}>{t("importing.choose")}</Button>}</FileButton>
      {read.isError && <Notice tone="bad" title={t("importing.unread")}>{explain(read.error)}</Notice>}
      {read.data && (
        <>
          <List size="sm" spacing={2}>
            {books.map((b) => <List.Item key={b.id}><b>{b.id}</b> {t("importing.rules", { count: b.rules.length })}{taken.includes(b.id) && <Text span size="sm" c="var(--warn)"> {t("importing.replaces")}</Text>}</List.Item>)}
          </List>
          {!!read.data.lost?.length && (
            <Notice tone="warn" title={t("importing.lost", { count: read.data.lost.length })}>
              <ul style={{ margin: 0, paddingInlineStart: 18, maxHeight: 180, overflow: "auto" }}>{read.data.lost.map((l, i) => <li key={i}>{Object.values(l).join(" · ")}</li>)}</ul>
            </Notice>
          )}
          {!!read.data.attach?.length && <Text size="sm" c="dimmed">{t("importing.attach", { count: read.data.attach.length })}</Text>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button disabled={books.length === 0} onClick={keep}>{t("importing.keep", { count: books.length })}</Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
