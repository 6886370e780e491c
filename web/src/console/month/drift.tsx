import { Anchor, Drawer, Stack, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import { Link } from "react-router";

import { Problem } from "../../api/problem";
import { changeOnce, type Schema } from "../../api/query";
import { useFormats } from "../../ui/format";
import { type Job, JobLine, useJobs } from "../../ui/jobs";
import { Failed, Notice, Waiting } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";

type Drift = Schema<"TrialDrift">;
type Owner = Drift["provider"][number];
type Export = Drift["exports"][number];
type Difference = Drift["charged"]["groups"][number];

/** What exports that came later would change of the month; nothing changes by looking. */
export function DriftCheck({ period, opened, close }: { period: string; opened: boolean; close: () => void }) {
  const t = useWords("month");
  const ui = useWords("ui");
  const f = useFormats();
  const { jobs, follow } = useJobs();
  const [job, setJob] = useState<Job>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (!opened) return;
    setJob(undefined);
    setError(undefined);
    changeOnce("post", "/api/v1/months/{period}/drift", { params: { path: { period } } })
      .then((begun) => { setJob(begun); return follow(begun); })
      .then(setJob, setError);
  }, [opened, period, follow]);
  const now = jobs.find((j) => j.id === job?.id) ?? job;
  return (
    <Drawer opened={opened} onClose={close} position="right" size="xl" closeButtonProps={{ "aria-label": ui("close") }} title={<Text fw={620} size="lg">{t("drift.title", { month: f.period(period) })}</Text>}>
      {error ? <Failed error={error} /> : now?.state === "failed" && now.error ? <Failed error={new Problem(now.error.status, now.error)} />
        : now?.state === "done" ? <Result drift={now.result as Drift} /> : now ? <JobLine job={now} /> : <Waiting lines={3} />}
    </Drawer>
  );
}

function Result({ drift }: { drift: Drift }) {
  const t = useWords("month");
  if (drift.exports.length === 0) return <Notice tone="good" title={t("drift.none")}>{t("drift.noneHelp")}</Notice>;
  const exports: Column<Export>[] = [
    { id: "payer", title: t("track.payer"), kind: "id", value: (r) => r.payer },
    { id: "report", title: t("drift.report"), value: (r) => r.report },
    { id: "rows", title: t("drift.rows"), kind: "number", value: (r) => (r.rows[1] ?? 0) - (r.rows[0] ?? 0) },
    { id: "difference", title: t("drift.difference"), kind: "amount", value: (r) => r.cost.difference, currency: (r) => r.currency, total: true },
  ];
  const owners: Column<Owner>[] = [
    { id: "group", title: t("drift.owner"), value: (r) => r.group },
    { id: "account", title: t("drift.account"), kind: "id", value: (r) => r.account },
    { id: "service", title: t("drift.service"), value: (r) => r.service },
    { id: "difference", title: t("drift.difference"), kind: "amount", value: (r) => r.cost.difference, currency: (r) => r.currency, total: true },
  ];
  const groups: Column<Difference>[] = [
    { id: "group", title: t("drift.group"), value: (r) => r.group, show: (r) => <Anchor component={Link} to={`/groups/${encodeURIComponent(r.group)}`}>{r.group}</Anchor> },
    { id: "before", title: t("drift.before"), kind: "amount", value: (r) => r.totals[0]?.before, currency: (r) => r.totals[0]?.currency ?? "" },
    { id: "after", title: t("drift.after"), kind: "amount", value: (r) => r.totals[0]?.after, currency: (r) => r.totals[0]?.currency ?? "" },
    { id: "difference", title: t("drift.difference"), kind: "amount", value: (r) => r.totals[0]?.difference, currency: (r) => r.totals[0]?.currency ?? "", total: true },
  ];
  return (
    <Stack gap="lg">
      <Notice tone="warn" title={t("drift.some", { count: drift.exports.length })}>{t("drift.someHelp")}</Notice>
      <section><Title order={3} mb="xs">{t("drift.exports")}</Title><DataTable name="drift-exports" label={t("drift.exports")} columns={exports} rows={drift.exports} rowKey={(r) => `${r.payer} ${r.report}`} plain /></section>
      <section><Title order={3} mb="xs">{t("drift.charged")}</Title><DataTable name="drift-groups" label={t("drift.charged")} columns={groups} rows={drift.charged.groups} rowKey={(r) => r.group} plain sort="-difference" /></section>
      <section><Title order={3} mb="xs">{t("drift.provider")}</Title><DataTable name="drift-owners" label={t("drift.provider")} columns={owners} rows={drift.provider} rowKey={(r) => [r.group, r.account, r.service, r.class].join(" ")} sort="-difference" maxHeight={420} /></section>
      {!!drift.charged.proposals?.length && <Text>{t("drift.notes", { count: drift.charged.proposals.length })}</Text>}
    </Stack>
  );
}
