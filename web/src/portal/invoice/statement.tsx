import { Box, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";
import { useSearchParams } from "react-router";

import { type Schema, useAsk } from "../../api/query";
import { Amount } from "../../ui/amount";
import { useFormats } from "../../ui/format";
import { Card, Page } from "../../ui/page";
import { monthBefore } from "../../ui/period";
import { Answer, Empty } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { hasWord, useWords } from "../../words/words";
import { NotFound } from "../frame";
import { useGroups } from "./sold";

type Statement = Schema<"InvoiceAccountStatement">;
type Line = Statement["lines"][number];

const isDay = (text: string | null): text is string => text !== null && /^\d{4}-\d\d-\d\d$/.test(text);

/** What was billed and paid between two days, and what is open. */
export default function AccountStatement() {
  const t = useWords("bill");
  const [params, setParams] = useSearchParams();
  const groups = useGroups();
  const today = new Date().toISOString().slice(0, 10);
  const from = isDay(params.get("from")) ? params.get("from")! : `${monthBefore(today.slice(0, 7), 6)}-01`;
  const to = isDay(params.get("to")) ? params.get("to")! : today;
  const put = (name: string, value: string) => setParams((p) => { p.set(name, value); return p; }, { replace: true });
  const all = groups.data?.rows ?? [];
  const group = params.get("group") ?? (all.find((g) => !g.sold) ?? all[0])?.id;
  const statement = useAsk("/api/v1/portal/groups/{group}/statement", { params: { path: { group: group ?? "" }, query: { from, to } } }, { when: group !== undefined && from <= to, keep: true });
  if (statement.error?.status === 404) return <NotFound />;
  return (
    <Page title={t("statement.title")} question={t("statement.question")} path={[{ title: t("title"), to: "/invoices" }]}>
      <Group gap="sm" align="flex-end" className="no-print">
        {all.length > 1 && <Select label={t("statement.group")} value={group} onChange={(v) => v && put("group", v)} data={all.map((g) => ({ value: g.id, label: g.name }))} allowDeselect={false} w={260} />}
        <TextInput type="date" label={t("statement.from")} value={from} max={to} onChange={(e) => isDay(e.currentTarget.value) && put("from", e.currentTarget.value)} />
        <TextInput type="date" label={t("statement.to")} value={to} min={from} onChange={(e) => isDay(e.currentTarget.value) && put("to", e.currentTarget.value)} />
      </Group>
      <Answer of={statement} height={280}>
        {(data) => data.statements.length === 0
          ? <Card><Empty title={t("statement.none")} /></Card>
          : <Stack gap="md">{data.statements.map((s) => <One key={s.currency} statement={s} />)}</Stack>}
      </Answer>
    </Page>
  );
}

function One({ statement: s }: { statement: Statement }) {
  const t = useWords("bill");
  const f = useFormats();
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const what = (of: string) => (hasWord("bill", `statement.kind.${of}`) ? t(`statement.kind.${of}` as "statement.kind.payment") : of);
  const columns = useMemo((): Column<Line>[] => [
    { id: "on", title: t("statement.on"), kind: "day", value: (l) => l.on },
    { id: "what", title: t("statement.what"), value: (l) => (hasWord("bill", `statement.kind.${l.what}`) ? t(`statement.kind.${l.what}` as "statement.kind.payment") : l.what) },
    { id: "name", title: t("statement.name"), kind: "id", value: (l) => l.name },
    { id: "note", title: t("statement.note"), value: (l) => l.note },
    { id: "due", title: t("statement.due"), kind: "day", value: (l) => l.due },
    { id: "amount", title: t("statement.amount"), kind: "amount", value: (l) => l.amount, currency: () => s.currency, digits: s.digits },
    { id: "balance", title: t("statement.balance"), kind: "amount", value: (l) => l.balance, currency: () => s.currency, digits: s.digits },
  ], [t, s]);
  const edge = (label: string, amount: string) => (
    <Group justify="space-between" px="md" py="xs" style={{ background: "var(--sunken)" }}>
      <Text size="sm" fw={600}>{label}</Text><Amount value={amount} currency={s.currency} digits={s.digits} strong />
    </Group>
  );
  return (
    <Card flush label={t("statement.title")}>
      {edge(t("statement.opening"), s.opening)}
      {narrow
        ? s.lines.map((l, i) => (
          <Group key={i} justify="space-between" wrap="nowrap" px="md" py="xs" style={{ borderTop: "1px solid var(--rule)" }}>
            <Box style={{ minWidth: 0 }}><Text fw={560}>{what(l.what)}</Text><Text size="sm" c="dimmed" truncate>{`${f.day(l.on)} · ${l.name}`}</Text></Box>
            <Box ta="right" style={{ flex: "none" }}><Amount value={l.amount} currency={s.currency} digits={s.digits} /><Text size="sm" c="dimmed"><Amount value={l.balance} currency={s.currency} digits={s.digits} /></Text></Box>
          </Group>
        ))
        : <DataTable name="portal-statement" label={t("statement.title")} columns={columns} rows={s.lines} rowKey={(l) => `${l.on} ${l.what} ${l.name} ${l.note ?? ""}`} empty={<Empty title={t("statement.none")} />} />}
      {edge(t("statement.closing"), s.closing)}
    </Card>
  );
}
