import { Box, Button, Collapse, Drawer, Group, Stack, Text, Title } from "@mantine/core";
import { IconAdjustments, IconAlertTriangle, IconChevronDown, IconDownload } from "@tabler/icons-react";
import { useState } from "react";

import { fileAddress } from "../../api/client";
import { useAll } from "../../api/query";
import { byUse, useFormatWords } from "../../ui/file/format";
import { saveFile } from "../../ui/file/save";
import { type FileFormat, useFileFormats } from "../../ui/file/types";
import { Answer, Failed, State, useExplain, Waiting } from "../../ui/state";
import { refused } from "../../ui/told";
import { useWords } from "../../words/words";
import { type Choice, ChoiceFields, choiceQuery } from "./choice";
import { type GapFormat, Gaps } from "./gaps";

interface Of {
  id: string;
  name: string;
  draft: boolean;
}

/** All files that a document can be had as; of e-invoices, what the document lacks for them. */
export function FilesDrawer({ of, opened, close }: { of: Of; opened: boolean; close: () => void }) {
  const t = useWords("file");
  const ui = useWords("ui");
  const formats = useFileFormats(opened);
  return (
    <Drawer opened={opened} onClose={close} position="right" size="lg" closeButtonProps={{ "aria-label": ui("close") }} title={<Text fw={620} size="lg">{t("ofDocument", { name: of.name })}</Text>}>
      <Answer of={formats} lines={12}>
        {({ items }) => (
          <Stack gap="lg">
            {byUse(items).map((g) => (
              <section key={g.use} aria-label={t(`use.${g.use}`)}>
                <Title order={3}>{t(`use.${g.use}`)}</Title>
                <Text size="sm" c="dimmed" mb={4}>{t(`useHelp.${g.use}`)}</Text>
                {g.formats.map((format) => (format.gaps ? <EInvoice key={format.name} of={of} format={format} /> : <File key={format.name} of={of} format={format} />))}
              </section>
            ))}
          </Stack>
        )}
      </Answer>
    </Drawer>
  );
}

const addressOf = (of: Of, query: Record<string, string | undefined>) => fileAddress(`/invoices/${encodeURIComponent(of.id)}/file`, query);

function Line({ title, about, children, below }: { title: string; about: string; children: React.ReactNode; below?: React.ReactNode }) {
  return (
    <Box py={8} style={{ borderTop: "1px solid var(--rule)" }}>
      <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Text size="md" fw={560}>{title}</Text>
          <Text size="sm" c="dimmed">{about}</Text>
        </div>
        <Group gap={6} wrap="nowrap" style={{ flex: "none" }}>{children}</Group>
      </Group>
      {below}
    </Box>
  );
}

/** A file that can always be made; with columns, these can be chosen first. */
function File({ of, format }: { of: Of; format: FileFormat }) {
  const t = useWords("file");
  const words = useFormatWords();
  const [open, setOpen] = useState(format.by_tag);
  const [choice, setChoice] = useState<Choice>({});
  const options = format.columns.length > 0;
  const lacking = format.by_tag && !choice.tag?.trim();
  return (
    <Line
      title={words.title(format)} about={words.about(format)}
      below={options && <Collapse expanded={open}><Box pt="xs"><ChoiceFields format={format} choice={choice} onChange={setChoice} /></Box></Collapse>}
    >
      {options && !format.by_tag && <Button size="compact-sm" variant="subtle" color="gray" aria-expanded={open} aria-label={t("optionsOf", { format: words.title(format) })} onClick={() => setOpen(!open)}><IconAdjustments size={16} aria-hidden /></Button>}
      <Button
        component="a" href={lacking ? undefined : addressOf(of, { format: format.name, ...choiceQuery(choice) })} download aria-disabled={lacking || undefined} data-disabled={lacking || undefined} size="compact-sm" variant="default"
        leftSection={<IconDownload size={14} aria-hidden />} aria-label={t("downloadOf", { format: words.title(format) })}
      >{format.ending.replace(/^\./, "")}</Button>
    </Line>
  );
}

/** An e-invoice: it can be made where the document lacks nothing for it. */
function EInvoice({ of, format }: { of: Of; format: FileFormat }) {
  const t = useWords("file");
  const words = useFormatWords();
  const explain = useExplain();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const gaps = useAll("/api/v1/invoices/{id}/gaps", { params: { path: { id: of.id }, query: { format: format.name as GapFormat } } });
  const missing = gaps.data?.rows ?? [];
  async function save() {
    setBusy(true);
    try {
      await saveFile(addressOf(of, { format: format.name }));
    } catch (error) {
      refused(t("notMade", { format: words.title(format) }), explain(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Line
      title={words.title(format)} about={words.about(format)}
      below={(
        <>
          {gaps.isPending && <Waiting lines={1} />}
          {gaps.isError && <Failed error={gaps.error} again={() => void gaps.refetch()} />}
          {missing.length > 0 && <Collapse expanded={open}><Box pt="xs" ps="sm" style={{ borderInlineStart: "2px solid var(--warn)" }}><Gaps gaps={missing} />{!of.draft && <Text size="sm" c="dimmed" mt="xs">{t("gap.issued")}</Text>}</Box></Collapse>}
        </>
      )}
    >
      {missing.length > 0
        ? <Button size="compact-sm" variant="subtle" color="orange" c="var(--warn)" aria-expanded={open} leftSection={<IconAlertTriangle size={14} aria-hidden />} rightSection={<IconChevronDown size={14} aria-hidden style={{ transform: open ? "rotate(180deg)" : undefined }} />} aria-label={t("gap.showOf", { format: words.title(format), count: missing.length })} onClick={() => setOpen(!open)}>{t("gap.count", { count: missing.length })}</Button>
        : (
          <>
            {gaps.data && of.draft && <State tone="quiet">{t("gap.draft")}</State>}
            <Button size="compact-sm" variant="default" loading={busy} disabled={gaps.isPending} leftSection={<IconDownload size={14} aria-hidden />} aria-label={t("downloadOf", { format: words.title(format) })} onClick={() => void save()}>{format.ending.replace(/^\./, "")}</Button>
          </>
        )}
    </Line>
  );
}
