import { Box, Button, Collapse, Group, Text, Title } from "@mantine/core";
import { IconChevronDown, IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";

import type { Schema } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { monthBefore } from "../../ui/period";
import { State } from "../../ui/state";
import { useWords } from "../../words/words";
import { type Facts, type Finding, grouped, holding, unexpected, unready } from "./facts";
import { FindingRow } from "./finding";
import { ChangedRow, DraftNeedRow, MasterRow, PayerRow, UnexpectedRow } from "./hold_row";
import { RateRow } from "./rate";
import classes from "./month.module.css";
import { useMissingRates } from "./use_month";
import type { Work } from "./work";

interface Props {
  facts: Facts;
  calendar: Schema<"PipelineCalendarEntry">[];
  begin: (work: Work, groups?: string[]) => unknown;
}

const shownNeeds = 6;

/** All that is in the way, each with what frees it: first of the close, then of the issue. */
export function Holds({ facts, calendar, begin }: Props) {
  const t = useWords("month");
  const f = useFormats();
  const rates = useMissingRates(facts, monthBefore(facts.period));
  const [allNeeds, setAllNeeds] = useState(false);
  const { status, needs } = facts;
  const open = unready(facts);
  const names = new Set(open.map((p) => p.payer));
  const notFinal = (x: Finding) => x.code === "not-final" && names.has(x.subject.split(" ")[0]!);
  const held = holding(status.findings).filter((x) => !notFinal(x));
  const odd = grouped(unexpected(status.findings), (x) => x.scope);
  const rateless = new Set(rates.flatMap((r) => r.groups)); // what the missing rate says already
  const drafts = (needs?.drafts ?? []).filter((d) => d.change !== "undraftable" || !rateless.has(d.group));
  const changed = needs?.rating?.length && status.rated ? needs.rating : undefined;
  const masters = needs?.masters ?? [];
  const close = open.length + rates.length + held.length + (changed ? 1 : 0);
  const issue = drafts.length + odd.length;
  const notes = status.findings.filter((x) => x.waived || (x.stage !== "approval" && x.severity !== "hold"));
  const title = close + issue === 0 ? t("holds.titleNone") : t("holds.title");
  return (
    <Box id="holds" style={{ scrollMarginTop: 64 }}>
      <Card title={<Group gap="xs"><Title order={2}>{title}</Title>{close + issue > 0 && <State tone="warn">{f.number(close + issue)}</State>}</Group>} flush>
        {close + issue === 0 && (
          <Group gap="xs" px="md" py="md"><IconCircleCheck size={18} color="var(--good)" aria-hidden /><Text>{t("holds.none")}</Text></Group>
        )}
        {close > 0 && (
          <>
            <h3 className={classes.group}>{t("holds.close")}</h3>
            <ul className={classes.list}>
              {rates.map((r) => <RateRow key={`${r.from}${r.to}`} rate={r} period={facts.period} />)}
              {open.map((p) => <PayerRow key={p.payer} payer={p} period={facts.period} findings={status.findings.filter((x) => x.code === "not-final" && x.severity === "hold" && !x.waived && x.subject.split(" ")[0] === p.payer)} calendar={calendar} begin={begin} />)}
              {held.map((x) => <FindingRow key={x.id} finding={x} period={facts.period} />)}
              {changed && <ChangedRow what={changed} begin={begin} />}
            </ul>
          </>
        )}
        {issue > 0 && (
          <>
            <h3 className={classes.group}>{t("holds.issue")}</h3>
            <ul className={classes.list}>
              {odd.map(([scope, findings]) => <UnexpectedRow key={scope} scope={scope} findings={findings} documents={facts.documents ?? []} />)}
              {(allNeeds ? drafts : drafts.slice(0, shownNeeds)).map((d) => <DraftNeedRow key={d.id} need={d} begin={begin} />)}
            </ul>
            {drafts.length > shownNeeds && !allNeeds && <Box px="md" pb="sm"><Button size="compact-sm" variant="subtle" onClick={() => setAllNeeds(true)}>{t("holds.more", { count: drafts.length - shownNeeds })}</Button></Box>}
          </>
        )}
        {(notes.length > 0 || masters.length > 0) && <Notes findings={notes} masters={masters} period={facts.period} />}
      </Card>
    </Box>
  );
}

/** What is good to know and holds nothing: folded away. */
function Notes({ findings, masters, period }: { findings: Finding[]; masters: Schema<"DeskMonthSettings">[]; period: string }) {
  const t = useWords("month");
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Box px="xs" py={6} style={{ borderTop: "1px solid var(--rule)" }}>
        <Button
          variant="subtle" color="gray" size="compact-sm" aria-expanded={opened} onClick={() => setOpened(!opened)}
          rightSection={<IconChevronDown size={14} style={{ transform: opened ? "rotate(180deg)" : undefined }} aria-hidden />}
        >
          {t("holds.notes", { count: findings.length + masters.length })}
        </Button>
      </Box>
      <Collapse expanded={opened}>
        <ul className={classes.list}>
          {masters.map((m) => <MasterRow key={m.group} settings={m} period={period} />)}
          {findings.map((x) => <FindingRow key={x.id} finding={x} period={period} />)}
        </ul>
      </Collapse>
    </>
  );
}
