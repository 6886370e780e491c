import { Button, Checkbox, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { IconDatabaseImport } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { changeOnce, type Schema } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { JobLine } from "../../../ui/jobs";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { Failed, Notice, State, type Tone } from "../../../ui/state";
import { type Column, DataTable } from "../../../ui/table";
import { useWords } from "../../../words/words";
import { useRun } from "./jobs";
import type { Going } from "./page";

type Month = Schema<"PipelineHistoryMonth">;

const tones: Record<string, Tone> = { loaded: "good", "up-to-date": "good", closed: "quiet", nothing: "quiet", failed: "bad" };
const month = /^\d{4}-(0[1-9]|1[0-2])$/;

/** The past of the source, loaded month by month, the newest first. */
export function HistoryStep({ wish, put }: Going) {
  const t = useWords("connect");
  return (
    <>
      <History source={wish.name} />
      <Group justify="space-between">
        <Button variant="default" onClick={() => put({ step: "check" })}>{t("back")}</Button>
        <Button component={Link} to="/sources" variant="default">{t("history.toSources")}</Button>
      </Group>
    </>
  );
}

export function History({ source }: { source: string }) {
  const t = useWords("connect");
  const can = useCan();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [closed, setClosed] = useState(false);
  const loading = useRun<Schema<"PipelineHistory">>(() => changeOnce("post", "/api/v1/sources/{name}/history", { params: { path: { name: source } }, body: { closed, ...(from ? { from } : {}), ...(to ? { to } : {}) } }));
  const wrong = (value: string) => (value !== "" && !month.test(value) ? t("history.wrong") : undefined);
  const turned = from !== "" && to !== "" && from > to;
  const result = loading.busy ? undefined : loading.result;
  return (
    <>
      <Card title={t("step.history.title")}>
        <form onSubmit={(e) => { e.preventDefault(); void loading.run(); }}>
          <Stack gap="md">
            <Text size="sm" c="dimmed">{t("history.help")}</Text>
            <SimpleGrid cols={{ base: 1, xs: 2 }} maw={480}>
              <TextInput label={t("history.from")} description={t("history.fromHelp")} placeholder={"2025-01"} value={from} error={wrong(from)} onChange={(e) => setFrom(e.currentTarget.value.trim())} />
              <TextInput label={t("history.to")} description={t("history.toHelp")} placeholder={"2026-10"} value={to} error={wrong(to) ?? (turned && t("history.turned"))} onChange={(e) => setTo(e.currentTarget.value.trim())} />
            </SimpleGrid>
            <Checkbox label={t("history.closed")} description={t("history.closedHelp")} checked={closed} onChange={(e) => setClosed(e.currentTarget.checked)} />
            <Group justify="flex-end"><Button type="submit" leftSection={<IconDatabaseImport size={15} aria-hidden />} loading={loading.busy} disabled={!can("months.run") || !!wrong(from) || !!wrong(to) || turned}>{t(loading.result ? "history.again" : "history.load")}</Button></Group>
          </Stack>
        </form>
        {loading.job && <JobLine job={loading.job} />}
        {loading.error && !loading.busy && <Failed error={loading.error} />}
      </Card>
      {result && (
        <>
          {result.failed > 0
            ? <Notice tone="warn" title={t("history.failed", { count: result.failed })}>{result.problem}</Notice>
            : <Notice tone="good" title={t("history.done", { count: result.months.filter((m) => m.state === "loaded").length })} />}
          <Card flush title={t("history.months")}><Months rows={result.months} /></Card>
        </>
      )}
    </>
  );
}

function Months({ rows }: { rows: Month[] }) {
  const t = useWords("connect");
  const f = useFormats();
  const columns: Column<Month>[] = [
    { id: "period", title: t("history.month"), value: (m) => m.period, show: (m) => f.period(m.period) },
    { id: "state", title: t("state"), value: (m) => m.state, show: (m) => <State tone={tones[m.state] ?? "quiet"}>{t(`history.state.${m.state}` as "history.state.loaded", { defaultValue: m.state })}</State> },
    { id: "rows", title: t("history.rows"), kind: "number", value: (m) => m.rows, total: true },
    { id: "says", title: t("says"), value: (m) => m.says },
  ];
  return <DataTable name="history" label={t("history.months")} plain columns={columns} rows={rows} rowKey={(m) => m.period} mark={(m) => (m.state === "failed" ? "bad" : undefined)} />;
}
