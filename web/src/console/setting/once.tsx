import { Button, CopyButton, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

import { Notice } from "../../ui/state";
import { useWords } from "../../words/words";

export interface Shown {
  title: string;
  label: string;
  value: string;
  help?: string;
}

/** A link or secret that the server tells a single time. */
export function Once({ shown, close }: { shown?: Shown; close: () => void }) {
  const t = useWords("setting");
  const ui = useWords("ui");
  return (
    <Modal zIndex={350} opened={!!shown} onClose={close} size="lg" title={shown?.title} closeOnClickOutside={false} closeButtonProps={{ "aria-label": ui("close") }}>
      {shown && (
        <Stack gap="md">
          <Notice tone="warn">{t("once.warning")}</Notice>
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <TextInput label={shown.label} readOnly value={shown.value} style={{ flex: 1 }} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }} onFocus={(e) => e.currentTarget.select()} />
            <CopyButton value={shown.value}>
              {({ copied, copy }) => <Button variant={copied ? "default" : "filled"} leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />} onClick={copy}>{copied ? ui("copied") : ui("copy")}</Button>}
            </CopyButton>
          </Group>
          {shown.help && <Text c="dimmed">{shown.help}</Text>}
          <Group justify="flex-end"><Button variant="default" onClick={close}>{t("once.done")}</Button></Group>
        </Stack>
      )}
    </Modal>
  );
}
