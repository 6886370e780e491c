import { Box, Button, Group, Stack, Text } from "@mantine/core";
import { IconMinus, IconRefresh } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";

import { changeOnce, type Schema, useAll } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { JobLine } from "../../../ui/jobs";
import { Card } from "../../../ui/page";
import { Failed, Notice, State, type Tone, Waiting } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { useRun } from "../new/jobs";
import classes from "./check.module.css";
import { MakeExport } from "./making";

type Report = Schema<"ProbeReport">;

const tones: Record<string, Tone> = { ok: "good", warning: "warn", failed: "bad", skipped: "quiet" };

/** Tries a source step by step, at once and again on demand. */
export function Checking({ source }: { source: string }) {
  const t = useWords("connect");
  const { run, busy, result, error, job } = useRun<Report>(() => changeOnce("post", "/api/v1/sources/check", { body: { source } }));
  const declared = useAll("/api/v1/sources").data?.rows.find((s) => s.name === source);
  const begun = useRef("");
  useEffect(() => {
    if (begun.current === source) return;
    begun.current = source;
    void run();
  }, [source, run]);
  return (
    <Card title={t("check.steps")} tools={<Button size="compact-sm" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} loading={busy} onClick={() => void run()}>{t("check.again")}</Button>}>
      <Stack gap="md">
        {job && <JobLine job={job} />}
        {error && !busy ? <Failed error={error} again={() => void run()} /> : result ? <Steps report={result} mend={(step) => step.mend === "create-export" && declared && <MakeExport payer={declared.payer} kind={declared.kind} url={declared.url ?? ""} credential={declared.credential} made={() => void run()} />} /> : <Waiting lines={8} />}
      </Stack>
    </Card>
  );
}

/** What came of each step, in order, and how to mend what is wrong; `mend` is a button that does it. */
export function Steps({ report, mend }: { report: Report; mend?: (step: Report["steps"][number]) => ReactNode }) {
  const t = useWords("connect");
  const f = useFormats();
  const bad = report.steps.filter((s) => s.state === "failed").length;
  const odd = report.steps.filter((s) => s.state === "warning").length;
  return (
    <Stack gap="md">
      <Notice tone={tones[report.state] ?? "info"} title={bad ? t("check.bad", { count: bad }) : odd ? t("check.odd", { count: odd }) : t("check.good")}>
        <Text size="sm">{report.place && <><span className="id">{report.place}</span>{" · "}</>}{t("check.at", { time: f.time(report.at) })}</Text>
      </Notice>
      <ol className={classes.steps}>
        {report.steps.map((s) => (
          <li key={s.name} className={classes.step}>
            <Group gap="xs" wrap="nowrap" className={classes.state}><State tone={tones[s.state] ?? "quiet"} icon={s.state === "skipped" ? IconMinus : undefined}>{t(`check.state.${s.state}` as "check.state.ok", { defaultValue: s.state })}</State></Group>
            <Box className={classes.says}>
              <Text fw={600} size="md">{t(`check.step.${s.name}` as "check.step.role", { defaultValue: s.name })}</Text>
              <Text size="sm" c={s.state === "skipped" ? "dimmed" : undefined}>{s.says}</Text>
              {s.advice && <Text size="sm" mt={4} className={classes.advice}><strong>{t("check.advice")}</strong> {s.advice}</Text>}
              {s.mend && mend && <Box mt={6}>{mend(s)}</Box>}
            </Box>
          </li>
        ))}
      </ol>
    </Stack>
  );
}
