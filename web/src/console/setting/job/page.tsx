import { Button, Drawer, Group, Progress, Select, Stack, Text, Title } from "@mantine/core";
import { useSearchParams } from "react-router";

import { changeOnce, useAll, useAsk } from "../../../api/query";
import { Id } from "../../../ui/amount";
import { useFormats } from "../../../ui/format";
import { isOver, type Job, JobState, useJobs } from "../../../ui/jobs";
import { useCan } from "../../../ui/me";
import { Card, Facts, Page } from "../../../ui/page";
import { Answer, Empty, Failed, Notice, useExplain } from "../../../ui/state";
import { type Column, DataTable } from "../../../ui/table";
import { hasWord, useWords } from "../../../words/words";
import { Problem } from "../../../api/problem";
import { useDoing } from "../doing";

const states = ["queued", "running", "done", "failed", "cancelled"] as const;

/** Long work of the last weeks: what runs, what came of it, what to do again. */
export default function JobsPage() {
  const t = useWords("setting");
  const ui = useWords("ui");
  const [params, setParams] = useSearchParams();
  const state = states.find((s) => s === params.get("state"));
  const jobs = useAll("/api/v1/jobs", state ? { params: { query: { state } } } : undefined, { every: 5000, most: 2000 });
  const set = (name: string, value: string | null) => setParams((before) => { const next = new URLSearchParams(before); if (value) next.set(name, value); else next.delete(name); return next; }, { replace: true });
  const columns: Column<Job>[] = [
    { id: "state", title: t("column.state"), value: (j) => j.state, show: (j) => <JobState state={j.state} /> },
    { id: "title", title: t("job.what"), value: (j) => jobTitle(j, t), width: 240, show: (j) => <div><Text size="md" fw={560}>{jobTitle(j, t)}</Text>{!isOver(j) && j.work && <Text size="xs" c="dimmed">{j.work}</Text>}</div> },
    { id: "progress", title: t("job.progress"), value: (j) => j.done, show: (j) => (isOver(j) || !j.of ? <span className="soft">–</span> : <Progress size="sm" w={120} value={((j.done ?? 0) / j.of) * 100} aria-label={t("job.progress")} />) },
    { id: "by", title: t("audit.by"), value: (j) => j.by },
    { id: "created", title: t("job.ordered"), kind: "time", value: (j) => j.created },
    { id: "took", title: t("job.took"), kind: "number", value: (j) => seconds(j), show: (j) => (seconds(j) === undefined ? <span className="soft">–</span> : <span className="num">{t("job.seconds", { count: seconds(j)! })}</span>) },
    { id: "attempt", title: t("job.attempt"), kind: "number", value: (j) => j.attempt, hidden: true },
  ];
  return (
    <Page title={t("place.jobs.title")} question={t("job.question")} wide>
      <Card flush label={t("place.jobs.title")}>
        {jobs.error ? <Failed error={jobs.error} again={() => void jobs.refetch()} /> : (
          <DataTable
            name="jobs" label={t("place.jobs.title")} columns={columns} rows={jobs.data?.rows} rowKey={(j) => j.id} onOpen={(j) => set("job", j.id)} mark={(j) => (j.state === "failed" ? "bad" : undefined)}
            tools={<Select aria-label={t("column.state")} placeholder={t("column.state")} clearable w={160} value={state ?? null} onChange={(v) => set("state", v)} data={states.map((s) => ({ value: s, label: ui(`job.state.${s}`) }))} />}
            empty={<Empty title={t("job.none")}>{t("job.noneHelp")}</Empty>}
          />
        )}
      </Card>
      <Drawer opened={params.has("job")} onClose={() => set("job", null)} position="right" size="min(680px, 100vw)" title={t("job.one")} closeButtonProps={{ "aria-label": ui("close") }}>
        {params.get("job") && <One id={params.get("job")!} />}
      </Drawer>
    </Page>
  );
}

function One({ id }: { id: string }) {
  const t = useWords("setting");
  const f = useFormats();
  const can = useCan();
  const explain = useExplain();
  const { follow } = useJobs();
  const act = useDoing(["/api/v1/jobs"]);
  const path = { params: { path: { id } } };
  const job = useAsk("/api/v1/jobs/{id}", path, { every: 3000 });
  const log = useAll("/api/v1/jobs/{id}/log", path, { every: 3000 });
  return (
    <Answer of={job} lines={8}>
      {(j) => (
        <Stack gap="md">
          <Group justify="space-between"><Title order={2}>{jobTitle(j, t)}</Title><JobState state={j.state} /></Group>
          {can("jobs.run") && (
            <Group gap="xs">
              {!isOver(j) && <Button variant="default" onClick={() => void act(t("job.notCancelled"), () => changeOnce("post", "/api/v1/jobs/{id}/cancel", path))}>{t("job.cancel")}</Button>}
              {(j.state === "failed" || j.state === "cancelled") && <Button onClick={async () => { const again = await act(t("job.notRetried"), () => changeOnce("post", "/api/v1/jobs/{id}/retry", path)); if (again) void follow(again); }}>{t("job.retry")}</Button>}
            </Group>
          )}
          {j.error && <Notice tone="bad" title={t("job.whyFailed")}>{explain(new Problem(j.error.status, j.error))}</Notice>}
          <Facts of={([
            [t("audit.by"), j.by], [t("job.ordered"), f.time(j.created)], [t("job.started"), j.started && f.time(j.started)], [t("job.finished"), j.finished && f.time(j.finished)],
            [t("job.attempt"), f.number(j.attempt)], [t("job.operation"), <span key="o" className="id">{j.operation}</span>], [t("column.id"), <Id key="i" value={j.id} />],
          ] as [string, React.ReactNode][]).filter(([, v]) => v)} />
          {!!j.works?.length && (
            <Stack gap={6}>
              <Title order={3}>{t("job.works")}</Title>
              {j.works.map((w) => <Group key={w.work} justify="space-between"><Text size="sm">{w.work}</Text><Text size="sm" className="num" c="dimmed">{w.of ? `${f.number(w.done)} / ${f.number(w.of)}` : f.number(w.done)}</Text></Group>)}
            </Stack>
          )}
          <Stack gap={6}>
            <Title order={3}>{t("job.log")}</Title>
            <DataTable
              name="job-log" label={t("job.log")} plain maxHeight={320} rows={log.data?.rows} rowKey={(l) => String(l.seq)} mark={(l) => (l.level === "error" ? "bad" : l.level === "warn" ? "warn" : undefined)}
              columns={[{ id: "at", title: t("audit.at"), kind: "time", value: (l) => l.at }, { id: "text", title: t("job.says"), value: (l) => l.text }]}
            />
          </Stack>
        </Stack>
      )}
    </Answer>
  );
}

/** Our own words for an operation where there are some, else the server's. */
function jobTitle(job: Job, t: ReturnType<typeof useWords<"setting">>): string {
  const key = `job.title.${job.operation}`;
  return hasWord("setting", key) ? t(key as "job.title.close-month") : job.title;
}

const seconds = (job: Job): number | undefined => (job.started && job.finished ? Math.max(0, Math.round((Date.parse(job.finished) - Date.parse(job.started)) / 1000)) : undefined);
