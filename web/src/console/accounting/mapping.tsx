import { Button, FileButton, Group, Stack, Text, Textarea } from "@mantine/core";
import { IconDownload, IconFileUpload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Problem } from "../../api/problem";
import { changeOnce, refresh, type Schema, useAsk } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Answer, Notice, State, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import type { AccountingSystem } from "./page";

/** Where what is on documents is booked, as YAML. */
export function Mapping({ system }: { system: AccountingSystem }) {
  const t = useWords("accounting");
  const mapping = useAsk("/api/v1/accounting/mappings/{system}", { params: { path: { system: system.name } } });
  return (
    <Card title={t("mapping")} tools={mapping.data && (mapping.data.version > 0 ? <State tone="info">{t("ownVersion", { version: mapping.data.version })}</State> : <State tone="quiet">{t("asItComes")}</State>)}>
      <Answer of={mapping} lines={16}>{(data) => <Editor key={`${data.system} ${data.version}`} of={data} system={system} />}</Answer>
    </Card>
  );
}

function Editor({ of, system }: { of: Schema<"AccountingMapping">; system: AccountingSystem }) {
  const t = useWords("accounting");
  const f = useFormats();
  const can = useCan();
  const confirm = useConfirm();
  const explain = useExplain();
  const queries = useQueryClient();
  const [text, setText] = useState(of.mapping);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const write = can("config.write");
  const at = { params: { path: { system: system.name } } };
  const again = () => refresh(queries, ["/api/v1/accounting"]);

  async function save() {
    setBusy(true);
    setProblem(undefined);
    try {
      await changeOnce("put", "/api/v1/accounting/mappings/{system}", { ...at, body: { mapping: text } });
      told(t("saved"));
      await again();
    } catch (error) {
      setProblem(error instanceof Problem ? error : Problem.network(error));
    } finally {
      setBusy(false);
    }
  }
  async function remove() {
    const yes = await confirm({ title: t("removeTitle", { system: system.title }), children: t("removeHelp"), yes: t("remove"), danger: true });
    if (!yes) return;
    try {
      await changeOnce("delete", "/api/v1/accounting/mappings/{system}", at);
      told(t("removed"));
      await again();
    } catch (error) {
      refused(t("notSaved"), explain(error));
    }
  }
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">{t("mappingHelp")}</Text>
      {of.changed_at && <Text size="sm" c="dimmed">{t("changedBy", { who: of.changed_by ?? "–", time: f.time(of.changed_at) })}</Text>}
      {problem && <Notice tone="bad" title={t("notSaved")}><span style={{ whiteSpace: "pre-line" }}>{problem.at("mapping") ?? explain(problem)}</span></Notice>}
      <Textarea
        aria-label={t("mappingOf", { system: system.title })} value={text} readOnly={!write} onChange={(e) => { setText(e.currentTarget.value); setProblem(undefined); }} autosize minRows={14} maxRows={32} spellCheck={false}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8125rem", lineHeight: 1.5, whiteSpace: "pre", overflowX: "auto" } }}
      />
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          {write && <Button disabled={text === of.mapping || !text.trim()} loading={busy} onClick={() => void save()}>{t("save")}</Button>}
          {write && text !== of.mapping && <Button variant="default" onClick={() => { setText(of.mapping); setProblem(undefined); }}>{t("discard")}</Button>}
          {write && of.version > 0 && text === of.mapping && <Button variant="subtle" color="red" onClick={() => void remove()}>{t("remove")}</Button>}
        </Group>
        <Group gap="xs">
          {write && <FileButton accept=".yaml,.yml" onChange={(file) => void file?.text().then(setText)}>{(props) => <Button {...props} size="compact-sm" variant="default" leftSection={<IconFileUpload size={14} aria-hidden />}>{t("fromFile")}</Button>}</FileButton>}
          <Button size="compact-sm" variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={() => keep(`mapping-${system.name}.yaml`, text)}>{t("toFile")}</Button>
        </Group>
      </Group>
    </Stack>
  );
}

/** Saves a text as a file of the reader's. */
function keep(name: string, text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
