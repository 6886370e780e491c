import { ActionIcon, Group, Stack, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import { Button } from "@mantine/core";

import type { Schema } from "../../api/query";
import { Change } from "../../ui/amount";
import { Chart, Ways } from "../../ui/chart";
import { isZero } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Empty } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { useDrafts } from "../price/drafts";
import { changeSteps, currenciesOf, groupsOf, isDirect, type Moved, type MovedGroup, rulesOf, servicesOf, small, stepsOf } from "./difference";
import type { DryRun } from "./run";
import { Notes, Sums } from "./totals";

const cuts = ["group", "service", "rule"] as const;
type Cut = (typeof cuts)[number];

/** What moves: the sums, a waterfall, and a table by customer, service or rule. */
export function Result({ run, tried }: { run: DryRun; tried: string[] }) {
  const t = useWords("whatIf");
  const f = useFormats();
  const can = useCan();
  const drafts = useDrafts();
  const [params, setParams] = useSearchParams();
  const set = (values: Record<string, string | undefined>) => setParams((before) => {
    const next = new URLSearchParams(before);
    for (const [key, value] of Object.entries(values)) if (value) next.set(key, value); else next.delete(key);
    return next;
  });
  const currencies = currenciesOf(run);
  const currency = currencies.find((c) => c === params.get("currency")) ?? currencies[0] ?? "USD";
  const group = run.groups.find((g) => g.group === params.get("group"));
  const by = cuts.find((c) => c === params.get("by")) ?? "group";
  const cut: Cut = group && by === "group" ? "service" : by;
  const total = (group?.totals ?? run.totals).find((s) => s.currency === currency) ?? { before: "0", after: "0" };
  const rows: Moved[] = cut === "group" ? groupsOf(run, currency).filter(isDirect) : cut === "service" ? servicesOf(run, currency, group?.group) : named(rulesOf(run, currency, group?.group), t);
  const rest = (count: number) => t("rest", { count });
  const asked = params.get("steps");
  const whole = asked === "whole" || (asked !== "changes" && !small(total.before, total.after));
  const steps = whole ? stepsOf(total.before, total.after, rows, 12, { before: t("before"), after: t("after"), rest }) : changeSteps(total.before, total.after, rows, 12, { difference: t("difference"), rest });
  const columns = useStepColumns(currency);
  const saveable = tried.filter((id) => drafts[id] !== undefined);
  return (
    <>
      <Card title={t("result", { month: f.period(run.period) })} tools={can("prices.write") && saveable.map((id) => <Button key={id} component={Link} to={`/prices/${encodeURIComponent(id)}?month=${run.period}`} size="compact-sm" variant="default">{t("toSave", { book: id })}</Button>)}>
        <Stack gap="sm">
          <Sums run={run} />
          <Notes run={run} />
          <Text size="sm" c="dimmed">{t("whatAmounts")}</Text>
        </Stack>
      </Card>
      {rows.every((r) => isZero(r.difference)) ? <Card><Empty title={t("nothingMoves")}>{t("nothingMovesHelp")}</Empty></Card> : (
        <Card flush label={t("waterfall")}>
          <Chart
            label={t("waterfall")} height={300} drawing={{ kind: "waterfall", currency, steps }}
            title={<Text fw={620}>{group ? t("waterfallOf", { group: group.group }) : t("waterfall")}</Text>}
            tools={(
              <>
                {currencies.length > 1 && <Ways label={t("currency")} value={currency} onChange={(c) => set({ currency: c })} ways={currencies.map((value) => ({ value, label: value }))} />}
                <Ways label={t("steps.label")} value={whole ? "whole" : "changes"} onChange={(v) => set({ steps: v })} ways={(["changes", "whole"] as const).map((value) => ({ value, label: t(`steps.${value}`) }))} />
              </>
            )}
            table={{ name: "what-if-steps", columns, rows: steps, rowKey: (s) => s.name }}
            onPick={(pick) => { if (cut === "group" && run.groups.some((g) => g.group === pick.category)) set({ group: pick.category }); }}
          />
        </Card>
      )}
      <Card flush label={t("table")}>
        <Group px="md" py="xs" justify="space-between" gap="xs" style={{ borderBottom: "1px solid var(--rule)" }}>
          <Group gap="xs">
            <Ways label={t("cut")} value={cut} onChange={(v) => set({ by: v, ...(v === "group" ? { group: undefined } : {}) })} ways={cuts.map((value) => ({ value, label: t(`by.${value}`) }))} />
            {group && (
              <Group gap={2} px={8} py={2} style={{ background: "var(--selected)", borderRadius: 6 }}>
                <Text size="sm" fw={600}>{group.group}</Text>
                <ActionIcon size="xs" aria-label={t("allGroups")} onClick={() => set({ group: undefined, by: undefined })}><IconX size={12} /></ActionIcon>
              </Group>
            )}
          </Group>
          {group && <Button component={Link} to={`/groups/${encodeURIComponent(group.group)}`} size="compact-sm" variant="subtle">{t("toGroup")}</Button>}
        </Group>
        {cut === "group" ? <Groups rows={groupsOf(run, currency)} onOpen={(id) => set({ group: id })} /> : cut === "service" ? <Services rows={rows} /> : <Rules rows={rulesOf(run, currency, group?.group)} />}
      </Card>
    </>
  );
}

type T = ReturnType<typeof useWords<"whatIf">>;
const named = (rows: ReturnType<typeof rulesOf>, t: T): Moved[] => rows.map((r) => ({ ...r, name: ruleName(r.ruleAfter ?? r.ruleBefore, t) }));

function ruleName(by: Schema<"TrialPricedBy"> | undefined, t: T): string {
  if (!by) return t("paidNothing");
  if (!by.rule) return t("noRule");
  return t("ruleOf", { rule: by.rule, book: by.book ?? "" });
}

function useStepColumns(currency: string): Column<{ name: string; value: string }>[] {
  const t = useWords("whatIf");
  return useMemo(() => [
    { id: "name", title: t("step"), value: (s) => s.name },
    { id: "value", title: t("amount"), kind: "amount", currency: () => currency, value: (s) => s.value },
  ], [t, currency]);
}

function useMovedColumns<R extends Moved>(first: Column<R>[]): Column<R>[] {
  const t = useWords("whatIf");
  const f = useFormats();
  return useMemo(() => {
    const currency = (r: R) => r.currency;
    return [
      ...first,
      { id: "before", title: t("before"), kind: "amount", currency, value: (r: R) => r.before, total: true },
      { id: "after", title: t("after"), kind: "amount", currency, value: (r: R) => r.after, total: true },
      { id: "difference", title: t("difference"), kind: "amount", currency, value: (r: R) => r.difference, total: true },
      { id: "growth", title: t("growth"), kind: "percent", value: () => undefined, show: (r: R) => <span className="num soft">{f.growth(r.before, r.after, 2)}</span> },
    ] satisfies Column<R>[];
  }, [first, t, f]);
}

function Groups({ rows, onOpen }: { rows: MovedGroup[]; onOpen: (group: string) => void }) {
  const t = useWords("whatIf");
  const direct = rows.filter(isDirect);
  const first = useMemo((): Column<MovedGroup>[] => [
    { id: "group", title: t("by.group"), value: (r) => r.name },
    { id: "customer", title: t("customer"), value: (r) => r.under },
  ], [t]);
  const moved = useMovedColumns(first);
  const columns = useMemo((): Column<MovedGroup>[] => [...moved, {
    id: "invoiced", title: t("invoiced"), kind: "amount", currency: (r) => r.invoiced?.currency ?? r.group.currency, value: (r) => r.invoiced?.difference,
    show: (r) => (r.invoiced ? <Change value={r.invoiced.difference} currency={r.invoiced.currency} /> : <span className="soft">–</span>),
  }], [moved, t]);
  const below = rows.filter((r) => !isDirect(r));
  return (
    <>
      <DataTable name="what-if-groups" label={t("by.group")} columns={columns} rows={direct} rowKey={(r) => r.key} sort="-difference" onOpen={(r) => onOpen(r.key)} mark={(r) => (isZero(r.difference) ? "quiet" : undefined)} />
      {below.length > 0 && (
        <>
          <Text size="sm" fw={600} px="md" pt="sm">{t("below")}</Text>
          <Text size="sm" c="dimmed" px="md" pb="xs">{t("belowHelp")}</Text>
          <DataTable plain name="what-if-below" label={t("below")} columns={columns} rows={below} rowKey={(r) => r.key} sort="-difference" onOpen={(r) => onOpen(r.key)} mark={(r) => (isZero(r.difference) ? "quiet" : undefined)} />
        </>
      )}
    </>
  );
}

function Services({ rows }: { rows: Moved[] }) {
  const t = useWords("whatIf");
  const first = useMemo((): Column<Moved>[] => [{ id: "service", title: t("by.service"), value: (r) => r.name }], [t]);
  return <DataTable name="what-if-services" label={t("by.service")} columns={useMovedColumns(first)} rows={rows} rowKey={(r) => r.key} sort="-difference" mark={(r) => (isZero(r.difference) ? "quiet" : undefined)} />;
}

type RuleRow = ReturnType<typeof rulesOf>[number];

function Rules({ rows }: { rows: RuleRow[] }) {
  const t = useWords("whatIf");
  const first = useMemo((): Column<RuleRow>[] => [
    { id: "rule_before", title: t("ruleBefore"), value: (r) => ruleName(r.ruleBefore, t) },
    { id: "rule_after", title: t("ruleAfter"), value: (r) => ruleName(r.ruleAfter, t), show: (r) => { const [a, b] = [ruleName(r.ruleBefore, t), ruleName(r.ruleAfter, t)]; return a === b ? <span className="soft">{t("sameRule")}</span> : <b>{b}</b>; } },
    { id: "charges", title: t("charges"), kind: "number", value: (r) => r.charges },
  ], [t]);
  return <DataTable name="what-if-rules" label={t("by.rule")} columns={useMovedColumns(first)} rows={rows} rowKey={(r) => r.key} sort="-difference" mark={(r) => (isZero(r.difference) ? "quiet" : undefined)} />;
}
