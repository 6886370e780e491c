import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { IconDownload, IconFileZip } from "@tabler/icons-react";

import { fileAddress } from "../../api/client";
import { useWords } from "../../words/words";
import { Id } from "../amount";
import { useFormats } from "../format";
import { sizeText } from "./format";
import type { Spooled } from "./types";

/** The files of an export: each with its size and what proves that it came whole. */
export function SpooledFiles({ of }: { of: Spooled }) {
  const t = useWords("file");
  const f = useFormats();
  const path = `/exports/${encodeURIComponent(of.id)}/files`;
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">{t("until", { time: f.time(of.until) })}</Text>
        {of.files.length > 1 && <Button component="a" href={fileAddress(path)} download size="compact-sm" variant="default" leftSection={<IconFileZip size={14} aria-hidden />}>{t("allAsZip")}</Button>}
      </Group>
      <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: "none" }} aria-label={t("files")}>
        {of.files.map((file) => (
          <Group key={file.name} component="li" justify="space-between" gap="xs" py={6} style={{ borderTop: "1px solid var(--rule)" }}>
            <div style={{ minWidth: 0, flex: "1 1 220px" }}>
              <Anchor href={fileAddress(`${path}/${encodeURIComponent(file.name)}`)} download size="sm" style={{ overflowWrap: "anywhere" }}><IconDownload size={14} aria-hidden style={{ verticalAlign: "-2px", marginInlineEnd: 4 }} />{file.name}</Anchor>
              <Text size="xs" c="dimmed" component="div">{t("sha")} <Id value={file.sha256} /></Text>
            </div>
            <Text size="sm" className="num">{sizeText(file.bytes, f.language)}</Text>
          </Group>
        ))}
      </Stack>
    </Stack>
  );
}
