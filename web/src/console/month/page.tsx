import { Stack, Text } from "@mantine/core";
import { IconLockOpen } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useSearchParams } from "react-router";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Failed, Notice, Waiting } from "../../ui/state";
import { useWords } from "../../words/words";
import { Calendar, Schedules } from "./calendar";
import { DriftCheck } from "./drift";
import { type Facts, nextStep, sorted } from "./facts";
import { Holds } from "./holds";
import { Loads } from "./loads";
import { More } from "./menu";
import classes from "./month.module.css";
import { Seal } from "./seal";
import { NextStep } from "./step";
import { Strip } from "./strip";
import { Track } from "./track";
import { useMonth } from "./use_month";
import { useWork } from "./work";

// Loaded when they are opened: a first visit does not need them.
const DataDrawer = lazy(() => import("../file/data").then((file) => ({ default: file.DataDrawer })));
const ExportDrawer = lazy(() => import("../file/export").then((file) => ({ default: file.ExportDrawer })));

/** Can the month be closed, and if not, why not? */
export default function MonthPage() {
  const t = useWords("month");
  const f = useFormats();
  const { period } = usePeriod();
  const { facts, settled, error, again } = useMonth(period);
  const work = useWork(period);
  const [params, setParams] = useSearchParams();
  const show = (what?: string) => setParams((before) => { const next = new URLSearchParams(before); if (what) next.set("show", what); else next.delete("show"); return next; }, { replace: true });

  if (!facts) return <Page title={f.period(period)}><Strip />{error ? <Failed error={error} again={again} /> : <Waiting height={360} />}</Page>;
  const actions = <More facts={facts} busy={!!work.running} begin={(w) => void work.begin(w)} show={show} />;
  return (
    <Page title={f.period(period)} question={settled ? t(`answer.${answerOf(facts)}`, { month: f.period(period) }) : t("answer.wait")} actions={actions}>
      <Strip />
      <Inside facts={facts} settled={settled} work={work} />
      <Suspense>
        {params.get("show") === "export" && <ExportDrawer period={period} opened close={() => show()} />}
        {params.get("show") === "data" && <DataDrawer period={period} opened close={() => show()} />}
      </Suspense>
      <DriftCheck period={period} opened={params.get("show") === "drift"} close={() => show()} />
    </Page>
  );
}

function Inside({ facts, settled, work }: { facts: Facts; settled: boolean; work: ReturnType<typeof useWork> }) {
  const t = useWords("month");
  const f = useFormats();
  const calendar = useAll("/api/v1/months/{period}/calendar", { params: { path: { period: facts.period } } });
  const entries = calendar.data?.rows ?? [];
  const { status } = facts;
  return (
    <>
      {status.reopened && (
        <Notice tone="warn" title={t("reopened.title", { by: status.reopened.by, at: f.time(status.reopened.at) })}><Text size="md"><IconLockOpen size={14} aria-hidden /> {status.reopened.reason}</Text></Notice>
      )}
      {!!status.groups?.length && <Notice tone="info">{t("groups.alone", { names: f.list(status.groups) })}</Notice>}
      <section className="card" aria-label={t("track.label")} style={{ overflow: "clip" }}>
        <Track facts={facts} calendar={entries} />
        {settled ? <NextStep facts={facts} step={nextStep(facts)} documents={sorted(facts)} running={work.running} ended={work.ended} begin={work.begin} forget={work.forget} /> : <Waiting lines={2} />}
      </section>
      <div className={classes.columns}>
        <Stack gap="md" style={{ minWidth: 0 }}>
          {settled ? <Holds facts={facts} calendar={entries} begin={work.begin} /> : <Waiting lines={6} />}
          <Loads facts={facts} />
        </Stack>
        <Stack gap="md" style={{ minWidth: 0 }}>
          <Seal status={status} begin={work.begin} />
          <Calendar entries={entries} />
          <Schedules />
        </Stack>
      </div>
    </>
  );
}

/** The answer in one sentence, below the title. */
function answerOf(facts: Facts): "empty" | "waits" | "held" | "ready" | "again" | "drafts" | "issue" | "publish" | "done" | "settle" {
  switch (nextStep(facts).kind) {
    case "load": return facts.status.loads.length === 0 ? "empty" : "waits";
    case "close": return "ready";
    case "again": return facts.status.held > 0 ? "held" : "again";
    case "settle": return "settle";
    case "draft": return "drafts";
    case "accept": case "approve": case "issue": return "issue";
    case "publish": return "publish";
    case "done": return "done";
  }
}
