import { Anchor, Button, Checkbox, FileButton, Group, Stack, Text, Textarea } from "@mantine/core";
import { IconDownload, IconFileImport, IconFileUpload } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useLocation } from "react-router";

import type { Problem } from "../../../api/problem";
import { fileAddress } from "../../../api/client";
import { askOnce, changeOnce, type Schema } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { useFormats } from "../../../ui/format";
import { useCan } from "../../../ui/me";
import { Card, Page } from "../../../ui/page";
import { Empty, Notice, State, type Tone, useExplain } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { Differences } from "../audit/differences";
import { useDoing } from "../doing";

type Plan = Schema<"Plan">;

/** All that is declared, as a text: what would another text change? */
export default function ConfigurationPage() {
  const t = useWords("setting");
  const spend = useWords("spend");
  const f = useFormats();
  const can = useCan();
  const explain = useExplain();
  const confirm = useConfirm();
  const act = useDoing();
  const given = useLocation().state as { text?: string } | null; // by the import of another platform's file
  const [text, setText] = useState(given?.text ?? "");
  const [prune, setPrune] = useState(false);
  const [plan, setPlan] = useState<{ of: string; prune: boolean; answer: Plan }>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const current = plan && plan.of === text && plan.prune === prune ? plan.answer : undefined;
  const closed = current?.closed_months ?? [];

  async function start() {
    const now = await act(t("config.notRead"), () => askOnce("/api/v1/config", {}));
    if (now) setText(JSON.stringify(now, undefined, 2));
  }
  async function compare() {
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await changeOnce("post", "/api/v1/config/plan", { body: { config: read(text), prune, closed: true } });
      setPlan({ of: text, prune, answer });
    } catch (error) {
      setPlan(undefined);
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  async function apply() {
    if (!current) return;
    const count = current.changes.length;
    const gone = current.changes.filter((c) => c.action === "remove" || c.action === "delete").length;
    const force = closed.length > 0;
    const yes = await confirm({
      title: t("config.applyTitle", { count }), yes: t("config.applyYes", { count }), danger: force || gone > 0, reason: force,
      children: <Stack gap="xs"><span>{t("config.applyHelp")}</span>{gone > 0 && <span>{t("config.gone", { count: gone })}</span>}{force && <Notice tone="warn">{t("config.closed", { months: f.list(closed.map((m) => f.period(m.period))) })}</Notice>}</Stack>,
    });
    if (!yes) return;
    const done = await act(t("config.notApplied"), () => changeOnce("post", "/api/v1/config/apply", { body: { config: read(text), prune, basis: current.basis, ...(force ? { force: true, reason: yes.reason } : {}) } }), t("config.applied", { count }));
    if (done) { setPlan(undefined); setText(""); }
  }
  return (
    <Page
      title={t("place.configuration.title")} question={t("config.question")} wide
      actions={(
        <>
          {can("config.write") && can("prices.read") && <Button component={Link} to="/settings/configuration/import" variant="default" leftSection={<IconFileImport size={15} aria-hidden />}>{spend("import.open")}</Button>}
          <Button component="a" href={fileAddress("/config.yaml")} variant="default" leftSection={<IconDownload size={15} />}>{t("config.download")}</Button>
        </>
      )}
    >
      <Card title={t("config.text")} tools={(
        <>
          <FileButton onChange={(file) => void file?.text().then(setText)} accept=".json,.yaml,.yml,application/json">{(props) => <Button {...props} size="compact-sm" variant="default" leftSection={<IconFileUpload size={14} />}>{t("config.file")}</Button>}</FileButton>
          <Button size="compact-sm" variant="default" onClick={() => void start()}>{t("config.start")}</Button>
        </>
      )}>
        <Stack gap="sm">
          <Text c="dimmed">{t("config.help")} <Anchor href={fileAddress("/config.schema.json")}>{t("config.schema")}</Anchor></Text>
          <Textarea aria-label={t("config.text")} placeholder={t("config.placeholder")} value={text} onChange={(e) => setText(e.currentTarget.value)} autosize minRows={10} maxRows={24} spellCheck={false} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8125rem", lineHeight: 1.5 } }} />
          <Group justify="space-between">
            <Checkbox label={t("config.prune")} description={t("config.pruneHelp")} checked={prune} onChange={(e) => setPrune(e.currentTarget.checked)} />
            <Button disabled={!text.trim()} loading={busy} variant={current ? "default" : "filled"} onClick={() => void compare()}>{t("config.compare")}</Button>
          </Group>
        </Stack>
      </Card>
      {problem && <Notice tone="bad" title={t("config.refused")}>{explain(problem)}{!!problem.body.errors?.length && <ul>{problem.body.errors.slice(0, 20).map((x, i) => <li key={i}>{x.location && <span className="id">{x.location} </span>}{x.message}</li>)}</ul>}</Notice>}
      {current && (
        <Card
          title={current.changes.length === 0 ? t("config.same") : t("config.changes", { count: current.changes.length })}
          tools={can("config.write") && current.changes.length > 0 && <Button onClick={() => void apply()}>{t("config.apply", { count: current.changes.length })}</Button>}
        >
          {closed.length > 0 && <Notice tone="warn" title={t("config.closedTitle")}>{closed.map((m) => <div key={m.period}>{f.period(m.period)}: {f.list(m.what)}</div>)}</Notice>}
          {current.changes.length === 0 ? <Empty title={t("config.same")}>{t("config.sameHelp")}</Empty> : <Changes changes={current.changes} />}
        </Card>
      )}
    </Page>
  );
}

const tones: Record<string, Tone> = { add: "good", change: "info", remove: "bad" };

function Changes({ changes }: { changes: Plan["changes"] }) {
  const t = useWords("setting");
  return (
    <Stack gap="md" mt="sm">
      {changes.slice(0, 100).map((c) => (
        <Stack key={`${c.kind} ${c.id}`} gap={6}>
          <Group gap="xs"><State tone={tones[c.action] ?? "info"}>{t(`config.action.${c.action}` as "config.action.add", { defaultValue: c.action })}</State><Text fw={560}>{c.id}</Text><span className="id soft">{c.kind}</span></Group>
          <Differences before={c.before} after={c.after} />
        </Stack>
      ))}
      {changes.length > 100 && <Text c="dimmed">{t("config.more", { count: changes.length - 100 })}</Text>}
    </Stack>
  );
}

/** JSON as it is; any other text goes as a text, for the server to read as YAML. */
function read(text: string): Schema<"ApplyInputBody">["config"] {
  try {
    return JSON.parse(text) as Schema<"ApplyInputBody">["config"];
  } catch {
    return text as never;
  }
}
