import { Alert, Button, FileButton, Group, Modal, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconFileSpreadsheet } from "@tabler/icons-react";
import { useState } from "react";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { usePeriod } from "../../ui/period";
import { Notice, useExplain } from "../../ui/state";
import { useWords } from "../../words/words";
import { Checked } from "./checked";
import { useMapping } from "./mapping_state";

interface Props {
  opened: boolean;
  close: () => void;
  given: string; // a sheet to begin with
  group?: string; // that rows without one are for
}

/** Gives many accounts to billing groups: pasted or from a file, checked row by row, mended in place, then done as one. */
export function Mapping(props: Props) {
  const t = useWords("account");
  const ui = useWords("ui");
  return (
    <Modal opened={props.opened} onClose={props.close} size="min(1080px, 96vw)" title={t("mapping.title")} closeButtonProps={{ "aria-label": ui("close") }} closeOnClickOutside={false}>
      {props.opened && <Steps {...props} />}
    </Modal>
  );
}

function Steps({ close, given, group }: Props) {
  const t = useWords("account");
  const f = useFormats();
  const explain = useExplain();
  const { period } = usePeriod();
  const groups = useAll("/api/v1/billing-groups");
  const customers = useAll("/api/v1/customers");
  const mapping = useMapping(close);
  const [text, setText] = useState(given);
  const [over, setOver] = useState(false);
  const [usual, setUsual] = useState<string | null>(group ?? null);
  const [from, setFrom] = useState("");
  const named = new Map(customers.data?.rows.map((c) => [c.id, c.name]));
  const choices = (groups.data?.rows ?? []).map((g) => ({ value: g.id, label: `${named.get(g.customer) ?? g.customer} · ${g.id}` })).sort((a, b) => a.label.localeCompare(b.label));
  const read = (file: File | null | undefined) => { if (file) void mapping.read(file, file.name, { group: usual ?? undefined, from: from || undefined }); };

  if (mapping.lines) return <Checked mapping={mapping} choices={choices} close={close} />;
  return (
    <form onSubmit={(e) => { e.preventDefault(); void mapping.read(new Blob([text]), t("mapping.pasted"), { group: usual ?? undefined, from: from || undefined }); }}>
      <Stack gap="md">
        <Text>{t("mapping.help")}</Text>
        {mapping.problem && <Alert color="red" title={t("mapping.unread")}>{explain(mapping.problem)}</Alert>}
        <div
          onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={(e) => { e.preventDefault(); setOver(false); read(e.dataTransfer.files[0]); }}
          style={{ border: `1.5px dashed ${over ? "var(--accent)" : "var(--rule-strong)"}`, background: over ? "var(--accent-ground)" : undefined, borderRadius: 10, padding: 14 }}
        >
          <Textarea
            label={t("mapping.rows")} data-autofocus autosize minRows={7} maxRows={16} value={text} onChange={(e) => setText(e.currentTarget.value)} spellCheck={false}
            placeholder={t("mapping.example")} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8125rem" } }}
          />
          <Group gap="sm" mt="sm">
            <FileButton onChange={read} accept=".csv,.tsv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet">{(p) => <Button {...p} variant="default" leftSection={<IconFileSpreadsheet size={16} />}>{t("mapping.file")}</Button>}</FileButton>
            <Text size="sm" c="dimmed">{t("mapping.drop")}</Text>
          </Group>
        </div>
        <Group align="flex-start" gap="md">
          <Select label={t("mapping.group")} description={t("mapping.groupHelp")} searchable clearable w={{ base: "100%", xs: 380 }} data={choices} value={usual} onChange={setUsual} />
          <TextInput label={t("mapping.from")} description={t("mapping.fromHelp")} type="date" w={{ base: "100%", xs: 300 }} value={from} onChange={(e) => setFrom(e.currentTarget.value)} />
          <Button mt={{ base: 0, xs: 44 }} variant="subtle" size="compact-sm" onClick={() => setFrom(`${period}-01`)}>{t("mapping.fromMonth", { month: f.period(period) })}</Button>
        </Group>
        <Notice tone="info">{t("mapping.safe")}</Notice>
        <Group justify="flex-end" gap="xs">
          <Button type="submit" disabled={text.trim() === ""} loading={mapping.busy}>{t("mapping.check")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
