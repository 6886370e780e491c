import { Button, Checkbox, CopyButton, FileButton, Group, SegmentedControl, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconCopy, IconDownload, IconFileUpload } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import type { Problem } from "../../../api/problem";
import { type Schema, useChange } from "../../../api/query";
import { useCan } from "../../../ui/me";
import { Card, Page } from "../../../ui/page";
import { Empty, Notice, State, type Tone, useExplain } from "../../../ui/state";
import { type Column, DataTable } from "../../../ui/table";
import { useWords } from "../../../words/words";
import { useSection } from "../../group/declared";
import { counts, type Fate, fateOf, fates, type Note, withoutReseller } from "./notes";

const path = "/api/v1/config/import/abiquo";

/** What another platform keeps of customers, as a configuration of ours. */
export default function ImportPage() {
  const t = useWords("spend");
  const setting = useWords("setting");
  const can = useCan();
  const explain = useExplain();
  const [text, setText] = useState("");
  const [name, setName] = useState("");
  const [reseller, setReseller] = useState("");
  const [currency, setCurrency] = useState("");
  const [net, setNet] = useState(false);
  const read = useChange("post", path, { refreshes: [] });
  const allowed = can("config.write") && can("prices.read");
  const send = () => read.mutate({
    params: { query: { name: name || undefined, reseller: reseller.trim() || undefined, currency: currency.trim().toUpperCase() || undefined, net_prices: net || undefined } },
    body: text, bodySerializer: (body: unknown) => body as string, headers: { "Content-Type": "application/octet-stream" },
  } as never);
  const open = async (file: File | null) => { if (file) { setName(file.name); setText(await file.text()); read.reset(); } };
  const faults = read.error ? fieldsOf(read.error) : {};
  return (
    <Page title={t("import.title")} question={t("import.question")} path={[{ title: setting("place.configuration.title"), to: "/settings/configuration" }]} wide>
      {!allowed && <Notice tone="warn" title={t("import.denied")} />}
      <Card title={t("import.text")} tools={<FileButton onChange={(file) => void open(file)} accept=".json,.properties,.txt,application/json">{(props) => <Button {...props} size="compact-sm" variant="default" leftSection={<IconFileUpload size={14} aria-hidden />}>{t("import.file")}</Button>}</FileButton>}>
        <form onSubmit={(e) => { e.preventDefault(); send(); }}>
          <Stack gap="sm">
            <Text c="dimmed">{t("import.help")}</Text>
            <Textarea aria-label={t("import.text")} placeholder={t("import.placeholder")} value={text} onChange={(e) => { setText(e.currentTarget.value); read.reset(); }} autosize minRows={8} maxRows={18} spellCheck={false} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8125rem", lineHeight: 1.5 } }} />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput label={t("import.reseller")} description={t("import.resellerHelp")} maxLength={255} value={reseller} onChange={(e) => setReseller(e.currentTarget.value)} error={faults.reseller} />
              <TextInput label={t("import.currency")} description={t("import.currencyHelp")} maxLength={3} value={currency} onChange={(e) => setCurrency(e.currentTarget.value)} error={faults.currency} />
            </SimpleGrid>
            <Group justify="space-between">
              <Checkbox label={t("import.net")} description={t("import.netHelp")} checked={net} onChange={(e) => setNet(e.currentTarget.checked)} />
              <Button type="submit" disabled={!allowed || !text.trim()} loading={read.isPending} variant={read.data ? "default" : "filled"}>{t("import.read")}</Button>
            </Group>
          </Stack>
        </form>
      </Card>
      {read.isError && <Notice tone="bad" title={t("import.unread")}>{explain(read.error)}{!!read.error.body.errors?.length && <ul>{read.error.body.errors.slice(0, 20).map((x, i) => <li key={i}>{x.message}</li>)}</ul>}</Notice>}
      {read.data && <Result of={read.data} />}
    </Page>
  );
}

const fieldsOf = (error: Problem): Record<string, string> => Object.fromEntries((error.body.errors ?? []).map((x) => [(x.location ?? "").replace(/^query\./, ""), x.message ?? ""]));

function Result({ of }: { of: Schema<"ImportedAbiquo"> }) {
  const t = useWords("spend");
  const can = useCan();
  const declared = useSection("reseller", can("config.read")).size > 0;
  const [ours, setOurs] = useState(true);
  const config = declared && ours ? withoutReseller(of.config) : of.config;
  return (
    <>
      {of.problems.length > 0 && <Notice tone="warn" title={t("import.problems", { count: of.problems.length })}><ul>{of.problems.slice(0, 50).map((x, i) => <li key={i}>{x}</li>)}</ul></Notice>}
      <Notes of={of.notes} />
      <Card
        title={t("import.yaml")}
        tools={(
          <>
            <CopyButton value={config}>{({ copied, copy }) => <Button size="compact-sm" variant="default" leftSection={<IconCopy size={14} aria-hidden />} onClick={copy}>{copied ? t("import.copied") : t("import.copy")}</Button>}</CopyButton>
            <Button size="compact-sm" variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={() => save(config)}>{t("import.download")}</Button>
            {can("config.read") && <Button size="compact-sm" component={Link} to="/settings/configuration" state={{ text: config }}>{t("import.apply")}</Button>}
          </>
        )}
      >
        <Stack gap="xs">
          <Text c="dimmed">{t("import.applyHelp")}</Text>
          {declared && <Checkbox label={t("import.ours")} description={t("import.oursHelp")} checked={ours} onChange={(e) => setOurs(e.currentTarget.checked)} />}
          <Textarea aria-label={t("import.yaml")} readOnly value={config} autosize minRows={8} maxRows={28} spellCheck={false} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8125rem", lineHeight: 1.5 } }} />
        </Stack>
      </Card>
    </>
  );
}

function save(text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "abiquo.yaml";
  link.click();
  URL.revokeObjectURL(address);
}

const tones: Record<Fate, Tone> = { "by-hand": "bad", assumed: "warn", left: "quiet", taken: "good" };

function Notes({ of }: { of: Note[] }) {
  const t = useWords("spend");
  const [only, setOnly] = useState<Fate | "all">("all");
  const count = counts(of);
  const rows = of.map((note, i) => ({ ...note, id: String(i) })).filter((n) => only === "all" || fateOf(n) === only);
  const columns: Column<Note & { id: string }>[] = [
    { id: "became", title: t("note.became"), value: (n) => String(fates.indexOf(fateOf(n))), show: (n) => <State tone={tones[fateOf(n)]}>{t(`fate.${fateOf(n)}`)}</State> },
    { id: "enterprise", title: t("note.enterprise"), width: 130, value: (n) => n.enterprise },
    { id: "property", title: t("note.property"), width: 170, value: (n) => n.property, show: (n) => <><span className="id">{n.property}</span>{n.value && <Text size="xs" c="dimmed" className="id">{n.value}</Text>}</> },
    { id: "setting", title: t("note.setting"), width: 170, value: (n) => n.setting, show: (n) => <><span className="id">{n.setting || "–"}</span>{n.as && <Text size="xs" c="dimmed" className="id">{n.as}</Text>}</> },
    { id: "why", title: t("note.why"), width: 240, value: (n) => n.why },
    { id: "where", title: t("note.where"), hidden: true, value: (n) => n.where },
  ];
  return (
    <Card flush title={t("note.title", { count: of.length })}>
      <DataTable
        name="abiquo-notes" label={t("note.label")} columns={columns} rows={rows} rowKey={(n) => n.id} sort="became" maxHeight={520} empty={<Empty title={t("note.none")} />}
        tools={<SegmentedControl size="xs" aria-label={t("note.became")} value={only} onChange={(v) => setOnly(v as Fate | "all")} data={[{ value: "all", label: t("note.all") }, ...fates.filter((x) => count[x] > 0).map((value) => ({ value, label: `${t(`fate.${value}`)} ${count[value]}` }))]} />}
      />
    </Card>
  );
}
