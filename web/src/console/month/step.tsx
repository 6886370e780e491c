import { Box, Button, Group, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { Link } from "react-router";

import { useFormats } from "../../ui/format";
import { type Job, JobLine } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { Notice, useExplain } from "../../ui/state";
import { useWords } from "../../words/words";
import { Problem } from "../../api/problem";
import { type Drafts, type Facts, type Step, unready } from "./facts";
import { useDocumentActions } from "./documents";
import classes from "./month.module.css";
import type { Work } from "./work";

const needed: Record<Step["kind"], string> = {
  load: "months.run", close: "months.run", again: "months.run", draft: "months.run", settle: "months.read",
  accept: "findings.waive", approve: "invoices.approve", issue: "invoices.issue", publish: "invoices.send", done: "months.read",
};

interface Props {
  facts: Facts;
  step: Step;
  documents: Drafts;
  running?: Job;
  ended?: Job;
  begin: (work: Work) => Promise<Job | undefined>;
  forget: () => void;
}

/** The one thing to do next; in its place, what runs now. */
export function NextStep({ facts, step, documents, running, ended, begin, forget }: Props) {
  const t = useWords("month");
  const f = useFormats();
  const can = useCan();
  const actions = useDocumentActions(facts.period, facts.approval);
  if (running) return <Box className={classes.working} aria-live="polite"><JobLine job={running} /></Box>;

  const month = f.period(facts.period);
  const count = "documents" in step ? step.documents.length : 0;
  const may = can(needed[step.kind]);
  const failed = ended?.state === "failed" && <Ended job={ended} close={forget} />;
  return (
    <>
      {failed}
      <div className={classes.step} data-done={step.kind === "done" || undefined} role="group" aria-label={t("step.label")}>
        <div className={classes.stepText}>
          <Group gap={6} wrap="nowrap">
            {step.kind === "done" && <IconCircleCheck size={18} color="var(--good)" aria-hidden />}
            <Text fw={620} size="lg">{t(`step.${step.kind}.title`, { month, count })}</Text>
          </Group>
          <Text size="sm" c="dimmed">{why()}</Text>
        </div>
        <Group gap="xs">{may ? buttons() : <Text size="sm" c="dimmed">{t("step.notYou")}</Text>}</Group>
      </div>
    </>
  );

  function why(): string {
    if (step.kind === "load") {
      const open = unready(facts);
      if (facts.status.loads.length === 0) return t("step.load.nothing");
      return t("step.load.why", { payers: f.list(open.map((p) => p.name || p.payer)), count: open.length });
    }
    if (step.kind === "settle") return facts.status.proved === false ? t("step.settle.residue") : t("step.settle.why");
    if (step.kind === "again" && facts.status.held > 0) return t("step.again.held", { count: facts.status.held });
    if (step.kind === "close" && facts.status.preview) return t("step.close.preview");
    if (step.kind === "issue" && documents.blocked.length > 0) return t("step.issue.blocked", { count: documents.blocked.length });
    if (step.kind === "approve" && facts.approval === "four-eyes") return t("step.approve.fourEyes");
    return t(`step.${step.kind}.why` as "step.close.why", { count, month });
  }

  function buttons() {
    switch (step.kind) {
      case "load": return (
        <>
          <Button variant="default" onClick={() => void begin("preview")} disabled={facts.status.loads.length === 0}>{t("step.preview")}</Button>
          <Button onClick={() => void begin("ingest")}>{t("step.load.yes")}</Button>
        </>
      );
      case "close": case "again": return (
        <>
          {facts.status.held > 0 && !facts.status.preview && <Button variant="default" onClick={() => void begin("preview")}>{t("step.preview")}</Button>}
          <Button onClick={() => void begin("close")}>{t(`step.${step.kind}.yes`, { month })}</Button>
        </>
      );
      case "draft": return <Button onClick={() => void begin("draft")}>{t("step.draft.yes")}</Button>;
      case "accept": return <Button component="a" href="#holds" variant="default">{t("step.accept.yes")}</Button>;
      case "approve": return (
        <>
          <Button component={Link} to="/invoices" variant="default">{t("step.look")}</Button>
          <Button loading={actions.busy} onClick={() => void actions.approve(step.documents)}>{t("step.approve.yes", { count })}</Button>
        </>
      );
      case "issue": return (
        <>
          {documents.fresh.length > 0 && can("invoices.approve")
            ? <Button variant="default" loading={actions.busy} onClick={() => void actions.approve(documents.fresh)}>{t("step.approve.yes", { count: documents.fresh.length })}</Button>
            : <Button component={Link} to="/invoices" variant="default">{t("step.look")}</Button>}
          <Button loading={actions.busy} onClick={() => void actions.issue(step.documents)}>{t("step.issue.yes", { count })}</Button>
        </>
      );
      case "publish": return <Button loading={actions.busy} onClick={() => void actions.publish(step.documents)}>{t("step.publish.yes", { count })}</Button>;
      case "done": return <Button component={Link} to="/dashboard" variant="default">{t("step.done.yes")}</Button>;
      case "settle": return null;
    }
  }
}

/** Why the last run ended without what was wanted. That a close is held is in the list already. */
function Ended({ job, close }: { job: Job; close: () => void }) {
  const t = useWords("month");
  const explain = useExplain();
  const held = job.error?.code === "held";
  return (
    <Box px="md" pb="sm">
      <Notice
        tone={held ? "warn" : "bad"} title={held ? t("work.held", { count: job.error?.findings?.length ?? 0 }) : t("work.failed")}
        action={<Button size="compact-sm" variant="default" onClick={close}>{t("work.understood")}</Button>}
      >
        {held ? t("work.heldHelp") : job.error && explain(new Problem(job.error.status, job.error))}
      </Notice>
    </Box>
  );
}
