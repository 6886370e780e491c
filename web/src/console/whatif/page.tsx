import { Button, Checkbox, Group, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";

import { Problem } from "../../api/problem";
import { askOnce, changeOnce, useAll, useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { isOver, JobLine, useJobs } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { PeriodPicker, usePeriod } from "../../ui/period";
import { Empty, Failed, Notice, useExplain, Waiting } from "../../ui/state";
import { refused } from "../../ui/told";
import { useWords } from "../../words/words";
import { useDrafts } from "../price/drafts";
import { MonthNeeds } from "./needs";
import { Proposals } from "./proposals";
import { Result } from "./result";
import type { Change, DryRun } from "./run";

/** Prices a month with other books, and says what moves: before anything is in force. */
export default function WhatIfPage() {
  const t = useWords("whatIf");
  const f = useFormats();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const id = params.get("run") ?? "";
  const job = useAsk("/api/v1/jobs/{id}", { params: { path: { id } } }, { when: id !== "", every: 1500 });
  const { jobs } = useJobs();
  const now = jobs.find((j) => j.id === id && isOver(j)) ?? job.data;
  const run = now?.state === "done" ? now.result as DryRun | undefined : undefined;
  const asked = (params.get("tried") ?? "").split(",").filter(Boolean);
  const begun = (run: string, tried: string[]) => setParams((before) => {
    const next = new URLSearchParams(before);
    next.set("run", run);
    next.set("tried", tried.join(","));
    next.delete("group");
    return next;
  });
  return (
    <Page title={t("title")} question={t("question")} wide>
      <Setup begun={begun} />
      {id && job.isPending && <Card><Waiting lines={6} /></Card>}
      {job.error && !now && <Card><Failed error={job.error} /></Card>}
      {now && !isOver(now) && <Card label={t("pricing")}><JobLine job={now} /></Card>}
      {now?.error && <Notice tone="bad" title={t("failed")}>{now.error.detail}</Notice>}
      {now?.state === "cancelled" && <Notice tone="warn">{t("cancelled")}</Notice>}
      {run && run.period !== period && <Notice tone="info">{t("otherMonth", { month: f.period(run.period) })}</Notice>}
      {run && <Result run={run} tried={asked} />}
      {run?.proposals && <Proposals run={run} />}
      {run && <Card title={t("needs.title", { month: f.period(run.period) })}><Stack gap="sm"><Text size="md" c="dimmed">{t("needs.help")}</Text><MonthNeeds period={run.period} /></Stack></Card>}
      {!id && <Card><Empty title={t("nothingYet")}>{t("nothingYetHelp")}</Empty></Card>}
    </Page>
  );
}

/** What to try: changed books, and another book for a billing group. */
function Setup({ begun }: { begun: (run: string, tried: string[]) => void }) {
  const t = useWords("whatIf");
  const f = useFormats();
  const can = useCan();
  const explain = useExplain();
  const { follow } = useJobs();
  const { period } = usePeriod();
  const [params] = useSearchParams();
  const drafts = useDrafts();
  const [chosen, setChosen] = useState<string[]>();
  const [group, setGroup] = useState<string | null>(null);
  const [book, setBook] = useState<string | null>(null);
  const [issued, setIssued] = useState(true);
  const [busy, setBusy] = useState(false);
  const changed = Object.keys(drafts).sort();
  const asked = params.get("book");
  const marked = (chosen ?? (asked && changed.includes(asked) ? [asked] : changed)).filter((id) => changed.includes(id));
  const checks = useChecked(marked.map((id) => drafts[id]!));
  const books = useAll("/api/v1/price-books");
  const groups = useAll("/api/v1/billing-groups");
  const unreadable = marked.filter((_, i) => checks.data && !checks.data[i]);

  async function start() {
    setBusy(true);
    try {
      const changes: Change[] = marked.map((id, i) => ({ kind: "price_books", id, value: checks.data![i] }));
      if (group && book) changes.push({ kind: "billing_groups", id: group, value: { ...(await askOnce("/api/v1/config/{kind}/{id}", { params: { path: { kind: "billing_groups", id: group } } })).spec as object, price_book: book } });
      const job = await changeOnce("post", "/api/v1/months/{period}/dry-run", { params: { path: { period } }, body: { changes: changes.length ? changes : undefined, against_issued: issued || undefined } });
      void follow(job);
      begun(job.id, [...marked, ...(group && book ? [`${group}:${book}`] : [])]);
    } catch (error) {
      refused(t("failed"), explain(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Card label={t("setup")}>
      <form onSubmit={(e) => { e.preventDefault(); void start(); }}>
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
          <Stack gap={6} component="fieldset" style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
            <Text component="legend" fw={600} size="md" mb={4}>{t("changedBooks")}</Text>
            {changed.length === 0 && <Text size="sm" c="dimmed">{t("noChanged")}</Text>}
            {changed.map((id) => (
              <Group key={id} gap="xs" wrap="nowrap">
                <Checkbox label={id} checked={marked.includes(id)} onChange={(e) => setChosen(e.currentTarget.checked ? [...marked, id] : marked.filter((x) => x !== id))} error={unreadable.includes(id) && t("unreadable")} />
                <Button component={Link} to={`/prices/${encodeURIComponent(id)}`} size="compact-xs" variant="subtle" aria-label={t("editBook", { book: id })}>{t("edit")}</Button>
              </Group>
            ))}
            <Button component={Link} to="/prices" size="compact-sm" variant="default" style={{ alignSelf: "flex-start" }}>{t(changed.length ? "changeMore" : "changeBook")}</Button>
          </Stack>
          <Stack gap={6}>
            <Text fw={600} size="md">{t("otherBook")}</Text>
            <Group gap="xs" grow>
              <Select aria-label={t("forGroup")} placeholder={t("forGroup")} clearable searchable value={group} onChange={setGroup} data={(groups.data?.rows ?? []).map((g) => ({ value: g.id, label: g.name || g.id }))} />
              <Select aria-label={t("useBook")} placeholder={t("useBook")} clearable searchable disabled={!group} value={book} onChange={setBook} data={(books.data?.rows ?? []).map((b) => b.id)} />
            </Group>
            <Text size="sm" c="dimmed">{t("otherBookHelp")}</Text>
          </Stack>
          <Stack gap="sm">
            <Group gap="sm"><Text fw={600} size="md">{t("inMonth")}</Text><PeriodPicker /></Group>
            <Checkbox label={t("againstIssued")} description={t("againstIssuedHelp")} checked={issued} onChange={(e) => setIssued(e.currentTarget.checked)} disabled={!can("prices.read")} />
            <Button type="submit" loading={busy} disabled={checks.isPending && marked.length > 0 || unreadable.length > 0} leftSection={<IconPlayerPlay size={15} />} style={{ alignSelf: "flex-start" }}>{t("start", { month: f.period(period) })}</Button>
            {marked.length === 0 && !(group && book) && <Text size="sm" c="dimmed">{t("asDeclared")}</Text>}
          </Stack>
        </SimpleGrid>
      </form>
    </Card>
  );
}

/** The books that texts say; nothing for those that are none. */
function useChecked(texts: string[]) {
  return useQuery<(unknown)[], Problem>({
    queryKey: ["price-checks", texts],
    queryFn: () => Promise.all(texts.map(async (text) => (await changeOnce("post", "/api/v1/price-books/check", { body: { text } })).book)),
    staleTime: Infinity,
    retry: false,
  });
}
