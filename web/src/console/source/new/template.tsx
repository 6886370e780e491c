import { Button, Checkbox, CopyButton, Group, SegmentedControl, SimpleGrid, Stack, Tabs, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy, IconDownload } from "@tabler/icons-react";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { changeOnce, type Schema } from "../../../api/query";
import { Id } from "../../../ui/amount";
import { Card, Facts } from "../../../ui/page";
import { Notice, useExplain } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { saveText } from "./save";
import classes from "./new.module.css";

type Wanted = Schema<"TemplateWish">;
type Made = Schema<"SourceTemplate">;
const formats = ["cloudformation", "terraform", "policy"] as const;
const placed = ["payer", "format", "bucket", "region", "prefix", "export", "principal", "kind", "bucket_owner"];

/** What the payer's administrator runs at AWS. */
export function Template({ payer, made, external, give }: { payer: string; made?: Made; /** Of what was made before */ external?: string; give: (made: Made) => void }) {
  const t = useWords("connect");
  const explain = useExplain();
  const [now, setNow] = useState<Wanted>({ format: "cloudformation", payer, kind: "aws-cur2", bucket: "", region: "us-east-1", prefix: "exports", export: "sluice-hourly", principal: "" });
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<Wanted>) => { setProblem(undefined); setNow({ ...now, ...part }); };
  const at = (field: string) => problem?.at(field);
  async function make() {
    setBusy(true);
    setProblem(undefined);
    try {
      const body = Object.fromEntries(Object.entries(now).filter(([, v]) => v !== "")) as unknown as Wanted;
      // What was made before keeps its external id: it may have been run already.
      give(await changeOnce("post", "/api/v1/sources/template", { body: external ? { ...body, external_id: external } : body }));
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  const text = (field: "bucket" | "region" | "prefix" | "export" | "principal", required: boolean, placeholder?: string) => (
    <TextInput label={t(`template.${field}`)} description={t(`template.${field}Help`)} required={required} placeholder={placeholder} spellCheck={false} classNames={{ input: "id" }} value={now[field] ?? ""} error={at(field)} onChange={(e) => set({ [field]: e.currentTarget.value.trim() })} />
  );
  return (
    <Card title={t("template.title")}>
      <form onSubmit={(e) => { e.preventDefault(); void make(); }}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">{t("template.help")}</Text>
          {problem && !placed.some(at) && <Notice tone="bad" title={t("template.failed")}>{explain(problem)}</Notice>}
          <Group><SegmentedControl aria-label={t("template.format")} value={now.format} onChange={(v) => set({ format: v as Wanted["format"] })} data={formats.map((value) => ({ value, label: t(`template.formats.${value}`) }))} /></Group>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {text("bucket", true, "acme-billing")}
            {text("region", true)}
            {text("prefix", false)}
            {text("export", false)}
          </SimpleGrid>
          {text("principal", now.format !== "policy", "arn:aws:iam::999988887777:role/sluice")}
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <Checkbox label={t("template.existing")} checked={!!now.existing_bucket} onChange={(e) => set({ existing_bucket: e.currentTarget.checked })} />
            <Checkbox label={t("template.split")} checked={!!now.split_costs} onChange={(e) => set({ split_costs: e.currentTarget.checked })} />
            <Checkbox label={t("template.bySluice")} description={t("template.bySluiceHelp")} checked={!!now.by_sluice} onChange={(e) => set({ by_sluice: e.currentTarget.checked })} />
            <Checkbox label={t("template.invitations")} checked={!!now.invitations} onChange={(e) => set({ invitations: e.currentTarget.checked })} />
          </SimpleGrid>
          {external && !made && <Notice tone="info">{t("template.kept", { id: external })}</Notice>}
          <Group justify="flex-end"><Button type="submit" variant={made ? "default" : "filled"} loading={busy} disabled={!now.bucket || (!now.principal && now.format !== "policy")}>{t(made ? "template.again" : "template.make")}</Button></Group>
        </Stack>
      </form>
      {made && <Shown made={made} />}
    </Card>
  );
}

function Shown({ made }: { made: Made }) {
  const t = useWords("connect");
  const [chosen, setChosen] = useState<string | null>(null);
  const tab = made.files.some((f) => f.name === chosen) ? chosen : made.files[0]?.name;
  return (
    <Stack gap="md" mt="md">
      <div>
        <Text fw={600} mb={6}>{t("template.steps")}</Text>
        <ol className={classes.todo}>{made.steps.map((s, i) => <li key={i}>{s}</li>)}</ol>
      </div>
      <Facts of={[
        ...(made.external_id ? [[t("template.externalId"), <Id key="e" value={made.external_id} most={48} />] as [string, React.ReactNode]] : []),
        ...(made.role_arn ? [[t("template.role"), <Id key="r" value={made.role_arn} most={64} />] as [string, React.ReactNode]] : []),
        ...(made.reader_arn ? [[t("template.reader"), <Id key="d" value={made.reader_arn} most={64} />] as [string, React.ReactNode]] : []),
        ...(made.url ? [[t("template.url"), <Id key="u" value={made.url} most={64} />] as [string, React.ReactNode]] : []),
      ]} />
      <Tabs value={tab} onChange={setChosen} keepMounted={false}>
        <Tabs.List aria-label={t("template.files")}>{made.files.map((f) => <Tabs.Tab key={f.name} value={f.name}><span className="id">{f.name}</span></Tabs.Tab>)}</Tabs.List>
        {made.files.map((f) => (
          <Tabs.Panel key={f.name} value={f.name} pt="sm">
            <Stack gap="xs">
              <Group gap="xs">
                <CopyButton value={f.text}>{({ copied, copy }) => <Button size="compact-sm" variant="default" leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />} onClick={copy}>{t(copied ? "template.copied" : "template.copy")}</Button>}</CopyButton>
                <Button size="compact-sm" variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={() => saveText(f.name, f.text)}>{t("template.download")}</Button>
              </Group>
              {/* It scrolls, so the keyboard must get there. */}
              {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
              <pre className={classes.file} tabIndex={0} aria-label={f.name}><code>{f.text}</code></pre>
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}
