import { Button, Code, FileButton, Group, Modal, Stack, Text } from "@mantine/core";
import { IconFileTypeCsv } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Problem } from "../../api/problem";
import { changeOnce, refresh, type Schema } from "../../api/query";
import { Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { type Force, useForced } from "../price/forced";
import { RateChanges } from "./changes";

const example = "month,from,to,rate,payer,group\n2026-10,USD,JPY,151.30,,\n2026-10,USD,JPY,151.70,111111111111,";

/** Rates from a file; what it would change is shown first. */
export function Importing({ opened, close }: { opened: boolean; close: () => void }) {
  const t = useWords("rate");
  const ui = useWords("ui");
  return <Modal opened={opened} onClose={close} size="min(760px, 96vw)" title={t("importing.title")} closeButtonProps={{ "aria-label": ui("close") }}>{opened && <Steps close={close} />}</Modal>;
}

function Steps({ close }: { close: () => void }) {
  const t = useWords("rate");
  const ui = useWords("ui");
  const explain = useExplain();
  const queries = useQueryClient();
  const forced = useForced();
  const [file, setFile] = useState<File>();
  const send = useMutation<Schema<"RatesApplied"> | undefined, Problem, { file: File; dry: boolean }>({
    mutationFn: ({ file, dry }) => forced(async (force: Force) => changeOnce("post", "/api/v1/exchange-rates/import", {
      params: { query: { name: file.name, dry_run: dry || undefined, ...force } },
      body: await file.arrayBuffer() as never,
      bodySerializer: (body: unknown) => body as ArrayBuffer,
      headers: { "Content-Type": "application/octet-stream" },
    } as never)),
  });
  async function put() {
    if (!file) return;
    const done = await send.mutateAsync({ file, dry: false }).catch(() => undefined);
    if (!done) return;
    await refresh(queries);
    told([t("importing.done", { count: done.changes.length }), ...(done.kept ?? []).map((k) => t("kept", { month: k.month, count: k.groups }))].join(" "));
    close();
  }
  return (
    <Stack gap="md">
      <Text size="md">{t("importing.help")}</Text>
      <Code block>{example}</Code>
      <Group gap="sm">
        <FileButton accept=".csv,text/csv" onChange={(chosen) => { if (chosen) { setFile(chosen); send.mutate({ file: chosen, dry: true }); } }}>{(props) => <Button {...props} variant={file ? "default" : "filled"} leftSection={<IconFileTypeCsv size={16} />}>{t("importing.choose")}</Button>}</FileButton>
        {file && <Text size="md" className="id">{file.name}</Text>}
      </Group>
      {send.isError && <Notice tone="bad" title={t("importing.unread")}>{explain(send.error)}{!!send.error.body.errors?.length && <ul>{send.error.body.errors.map((x, i) => <li key={i}>{x.message}</li>)}</ul>}</Notice>}
      {send.data && (
        <>
          <RateChanges changes={send.data.changes} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button disabled={send.data.changes.length === 0} loading={send.isPending} onClick={() => void put()}>{t("take", { count: send.data.changes.length })}</Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
