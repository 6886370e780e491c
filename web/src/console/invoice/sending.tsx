import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { useWords } from "../../words/words";
import type { Sending } from "./bulk";
import type { Row } from "./rows";

/** Asks how documents went to the customer, to record it. */
export function SendingWindow({ rows, close, record }: { rows: Row[]; close: () => void; record: (sending: Sending) => void }) {
  const t = useWords("invoice");
  const ui = useWords("ui");
  return (
    <Modal opened={rows.length > 0} onClose={close} title={t("sending.title", { count: rows.length })} closeButtonProps={{ "aria-label": ui("close") }}>
      {rows.length > 0 && <Form rows={rows} close={close} record={record} />}
    </Modal>
  );
}

function Form({ rows, close, record }: { rows: Row[]; close: () => void; record: (sending: Sending) => void }) {
  const t = useWords("invoice");
  const ui = useWords("ui");
  const [to, setTo] = useState("");
  const [by, setBy] = useState("");
  const [on, setOn] = useState(new Date().toISOString().slice(0, 10));
  return (
    <form onSubmit={(e) => { e.preventDefault(); record({ to: to.trim(), by: by.trim() || undefined, on: on || undefined }); close(); }}>
      <Stack gap="sm">
        <Text c="dimmed">{t("sending.help")}</Text>
        <TextInput label={t("sending.to")} description={t("sending.toHelp")} required data-autofocus value={to} onChange={(e) => setTo(e.currentTarget.value)} />
        <TextInput label={t("sending.by")} description={t("sending.byHelp")} value={by} onChange={(e) => setBy(e.currentTarget.value)} />
        <TextInput type="date" label={t("sending.on")} value={on} onChange={(e) => setOn(e.currentTarget.value)} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button type="submit" disabled={!to.trim()}>{t("sending.yes", { count: rows.length })}</Button>
        </Group>
      </Stack>
    </form>
  );
}
