import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";

import { changeOnce, refresh, useAll, useAsk } from "../../api/query";
import { Amount } from "../../ui/amount";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useJobs } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { Notice, State, useExplain, Waiting } from "../../ui/state";
import { refused } from "../../ui/told";
import { hasWord, useWords } from "../../words/words";

/** What a month needs to be up to date, with the way to do it, and the notes that were drafted for it. */
export function MonthNeeds({ period }: { period: string }) {
  const t = useWords("whatIf");
  const f = useFormats();
  const can = useCan();
  const needs = useAsk("/api/v1/months/{period}/needs", { params: { path: { period } } }, { when: can("invoices.read") });
  const act = useActs(period);
  const month = f.period(period);
  if (!can("invoices.read")) return null;
  if (needs.isPending) return <Waiting lines={2} />;
  if (needs.isError) return null; // a month that is not rated needs nothing yet
  const { rating = [], drafts = [] } = needs.data;
  return (
    <Stack gap="xs" component="section" aria-label={month}>
      {rating.length > 0
        ? (
          <Notice tone="warn" title={t("needs.rating", { month })} action={can("months.run") && <Button size="compact-sm" loading={act.busy} onClick={() => void act.close()}>{t("needs.close")}</Button>}>
            {f.list(rating)}
          </Notice>
        )
        : drafts.length > 0
          ? (
            <Notice tone="warn" title={t("needs.drafts", { month, count: drafts.length })} action={can("invoices.draft") && <Button size="compact-sm" loading={act.busy} onClick={() => void act.draft()}>{t("needs.draft")}</Button>}>
              {drafts.slice(0, 8).map((d) => <div key={d.id}>{d.id} <Amount value={d.total.difference} currency={d.currency} digits={d.digits} /></div>)}
            </Notice>
          )
          : <Notice tone="good" title={t("needs.none", { month })} />}
      <DraftedNotes period={period} />
    </Stack>
  );
}

function useActs(period: string) {
  const t = useWords("whatIf");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const queries = useQueryClient();
  const { follow } = useJobs();
  const [busy, setBusy] = useState(false);
  const to = { params: { path: { period } } };
  const month = f.period(period);
  async function work(begin: () => Promise<Parameters<typeof follow>[0]>, failed: string) {
    setBusy(true);
    try {
      await follow(await begin());
    } catch (error) {
      refused(failed, explain(error));
    } finally {
      setBusy(false);
      await refresh(queries);
    }
  }
  return {
    busy,
    close: async () => {
      if (await confirm({ title: t("needs.closeTitle", { month }), children: t("needs.closeHelp"), yes: t("needs.close") })) await work(() => changeOnce("post", "/api/v1/months/{period}/close", { ...to, body: {} }), t("needs.notClosed", { month }));
    },
    draft: () => work(() => changeOnce("post", "/api/v1/months/{period}/draft", { ...to, body: {} }), t("needs.notDrafted", { month })),
  };
}

/** Credit and debit notes of the month that are drafts still. */
function DraftedNotes({ period }: { period: string }) {
  const t = useWords("whatIf");
  const all = useAll("/api/v1/invoices", { params: { query: { period } } });
  const notes = (all.data?.rows ?? []).filter((d) => d.document !== "invoice" && d.state !== "issued" && d.state !== "void");
  if (notes.length === 0) return null;
  return (
    <Stack gap={4} p="sm" style={{ border: "1px solid var(--rule)", borderRadius: 8 }}>
      <Text fw={600} size="md">{t("needs.notes", { count: notes.length })}</Text>
      {notes.map((d) => (
        <Group key={d.id} justify="space-between" gap="sm">
          <Group gap="xs">
            <Anchor component={Link} to={`/invoices/${encodeURIComponent(d.id)}`}>{d.id}</Anchor>
            <State tone="info">{hasWord("whatIf", `kind.${d.document}`) ? t(`kind.${d.document}` as "kind.credit-note") : d.document}</State>
          </Group>
          <Amount value={d.total} currency={d.currency} digits={d.digits} />
        </Group>
      ))}
      <Text size="sm" c="dimmed">{t("needs.notesHelp")}</Text>
    </Stack>
  );
}
