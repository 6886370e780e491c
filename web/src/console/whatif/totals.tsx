import { SimpleGrid, Stack, Table, Text } from "@mantine/core";

import { Amount, Change } from "../../ui/amount";
import { Figure } from "../../ui/chart";
import { absolute, compare, isZero } from "../../ui/decimal";
import { Notice } from "../../ui/state";
import { useWords } from "../../words/words";
import { currenciesOf, groupsOf } from "./difference";
import type { DryRun } from "./run";

/** What all customers pay before and after. */
export function Sums({ run }: { run: DryRun }) {
  const t = useWords("whatIf");
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md">
      {run.totals.map((s) => [
        <Figure key={`b${s.currency}`} label={t("before")}><Amount value={s.before} currency={s.currency} /></Figure>,
        <Figure key={`a${s.currency}`} label={t("after")}><Amount value={s.after} currency={s.currency} /></Figure>,
        <Figure key={`d${s.currency}`} label={t("difference")}><Change value={s.difference} before={s.before} currency={s.currency} /></Figure>,
      ])}
    </SimpleGrid>
  );
}

/** The same in a small place: the sums, and the groups that move most. */
export function Moved({ run, most = 6 }: { run: DryRun; most?: number }) {
  const t = useWords("whatIf");
  const rows = currenciesOf(run).flatMap((c) => groupsOf(run, c)).filter((r) => !isZero(r.difference)).sort((a, b) => compare(absolute(b.difference), absolute(a.difference)));
  return (
    <Stack gap="xs">
      <Sums run={run} />
      {rows.length === 0 ? <Text size="md" c="dimmed">{t("nothingMoves")}</Text> : (
        <Table verticalSpacing={3} aria-label={t("byGroup")}>
          <Table.Tbody>
            {rows.slice(0, most).map((r) => (
              <Table.Tr key={r.key + r.currency}>
                <Table.Td>{r.name}</Table.Td>
                <Table.Td ta="right"><Change value={r.difference} before={r.before} currency={r.currency} /></Table.Td>
                <Table.Td ta="right">{r.invoiced && r.invoiced.currency !== r.currency && <Change value={r.invoiced.difference} currency={r.invoiced.currency} />}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {rows.length > most && <Text size="sm" c="dimmed">{t("moreGroups", { count: rows.length - most })}</Text>}
      <Notes run={run} />
    </Stack>
  );
}

/** What the comparison is with, where that is not what one would think. */
export function Notes({ run }: { run: DryRun }) {
  const t = useWords("whatIf");
  const missing = [...new Set(run.groups.flatMap((g) => g.missing_rates ?? []))];
  return (
    <>
      {!run.rated && <Notice tone="info">{t("notRated")}</Notice>}
      {run.config_changed && <Notice tone="info">{t("configChanged")}</Notice>}
      {run.newer_data && <Notice tone="info">{t("newerData")}</Notice>}
      {missing.length > 0 && <Notice tone="warn" title={t("missingRates")}>{missing.map((m) => <div key={m}>{m}</div>)}</Notice>}
    </>
  );
}
