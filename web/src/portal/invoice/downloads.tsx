import { Button, Group, Menu, Text } from "@mantine/core";
import { IconDownload, IconFileTypePdf } from "@tabler/icons-react";
import { useState } from "react";

import { fileAddress } from "../../api/client";
import { byUse, useFormatWords } from "../../ui/file/format";
import { saveFile } from "../../ui/file/save";
import { type FileFormat, useFileFormats } from "../../ui/file/types";
import { useExplain } from "../../ui/state";
import { refused } from "../../ui/told";
import { useWords } from "../../words/words";

/** A document as PDF, and as whatever else customers can have. */
export function Downloads({ id }: { id: string }) {
  const t = useWords("bill");
  const w = useWords("file");
  const words = useFormatWords();
  const explain = useExplain();
  const [opened, setOpened] = useState(false);
  const formats = useFileFormats();
  const file = (format: string) => fileAddress(`/portal/invoices/${encodeURIComponent(id)}/file`, { format });
  // What people open comes first; e-invoices are for the few that have programs for them.
  const offered = byUse((formats.data?.items ?? []).filter((f) => f.portal && f.name !== "pdf" && !f.by_tag && !f.name.startsWith("ripple-"))).sort((a, b) => Number(a.use === "einvoice") - Number(b.use === "einvoice"));
  // An e-invoice may lack something: then why is said instead of a broken download.
  const save = (format: FileFormat) => saveFile(file(format.name)).catch((error: unknown) => refused(w("notMade", { format: words.title(format) }), explain(error)));
  return (
    <Group gap="xs">
      <Button component="a" href={file("pdf")} download leftSection={<IconFileTypePdf size={17} aria-hidden />}>{t("pdf")}</Button>
      <Menu position="bottom-end" width={320} opened={opened} onChange={setOpened}>
        <Menu.Target><Button variant="default" loading={formats.isPending} leftSection={<IconDownload size={16} aria-hidden />}>{t("download")}</Button></Menu.Target>
        <Menu.Dropdown mah="70vh" style={{ overflow: "auto" }}>
          {offered.map((g) => [
            <Menu.Label key={g.use}>{w(`use.${g.use}`)}</Menu.Label>,
            ...g.formats.map((f) => (f.gaps
              ? <Menu.Item key={f.name} onClick={() => void save(f)}>{words.title(f)}<Text size="xs" c="dimmed">{words.about(f)}</Text></Menu.Item>
              : <Menu.Item key={f.name} component="a" href={file(f.name)} download>{words.title(f)}<Text size="xs" c="dimmed">{words.about(f)}</Text></Menu.Item>)),
          ])}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
