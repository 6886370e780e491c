import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import { changeOnce, type Schema, useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useJobs } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Empty, State, type Tone, useExplain } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { refused } from "../../ui/told";
import { hasWord, useWords } from "../../words/words";
import { type Schedule, Scheduling } from "./scheduling";

type Planned = Schema<"PipelinePlannedRun">;

const tones: Record<string, Tone> = { done: "good", closed: "good", held: "warn", waiting: "info", failed: "bad" };

/** What loads and closes by itself, and what became of the last time. */
export function Schedules() {
  const t = useWords("source");
  const f = useFormats();
  const can = useCan();
  const { follow } = useJobs();
  const explain = useExplain();
  const schedules = useAll("/api/v1/schedules", undefined, { when: can("months.read") });
  const [editing, setEditing] = useState<{ schedule?: Schedule }>();
  const write = can("config.write") && can("config.read");
  if (!schedules.data || (!schedules.data.rows.length && !write)) return null;
  const due = schedules.data.rows.some((s) => s.pending.length > 0);
  async function run() {
    try {
      await follow(await changeOnce("post", "/api/v1/schedules/run", { body: {} }));
    } catch (error) {
      refused(t("schedule.failed"), explain(error));
    }
  }
  const columns: Column<Planned>[] = [
    { id: "id", title: t("schedule.name"), kind: "id", value: (s) => s.schedule.id },
    { id: "when", title: t("schedule.when"), value: (s) => t("schedule.dayAt", { day: s.schedule.day, time: s.schedule.at }) },
    { id: "what", title: t("schedule.what"), value: (s) => (s.schedule.dry_run ? t("schedule.dryRun") : s.schedule.preview ? t("schedule.preview") : t("schedule.close")) },
    { id: "next", title: t("schedule.next"), kind: "time", value: (s) => s.next, show: (s) => <span className="num">{f.time(s.next)} <span className="soft">{f.period(s.period, true)}</span></span> },
    { id: "last", title: t("schedule.last"), value: (s) => s.last?.at, show: (s) => (s.last ? (
      <span><State tone={tones[s.last.outcome] ?? "info"}>{hasWord("source", `outcome.${s.last.outcome}`) ? t(`outcome.${s.last.outcome}` as "outcome.done") : s.last.outcome}</State> <span className="soft">{f.time(s.last.at)} {s.last.message}</span></span>
    ) : <span className="soft">–</span>) },
  ];
  return (
    <Card
      flush title={t("schedule.title")}
      tools={(
        <>
          {can("months.run") && due && <Button size="compact-sm" variant="default" onClick={() => void run()}>{t("schedule.run")}</Button>}
          {write && <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setEditing({})}>{t("schedule.add")}</Button>}
        </>
      )}
    >
      <DataTable
        name="schedules" label={t("schedule.title")} plain columns={columns} rows={schedules.data.rows} rowKey={(s) => s.schedule.id}
        onOpen={write ? (s) => setEditing({ schedule: s.schedule }) : undefined} empty={<Empty title={t("schedule.none")}>{t("schedule.noneHelp")}</Empty>}
      />
      {editing && <Scheduling given={editing.schedule} taken={schedules.data.rows.map((s) => s.schedule.id)} close={() => setEditing(undefined)} />}
    </Card>
  );
}
