import { Anchor, Box, SegmentedControl, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconCoins } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { useAll } from "../../api/query";
import { isZero } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { Empty, Failed } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { type Ageing, type Bucket, buckets, overdueOf, sumsOf, widths } from "./ageing";
import classes from "./receivable.module.css";

/** What is owed by customer or billing group: totals of each currency, then a row for each. */
export function AgeingView({ day }: { day: string | undefined }) {
  const t = useWords("receivable");
  const f = useFormats();
  const go = useNavigate();
  const [params, setParams] = useSearchParams();
  const by = params.get("by") === "group" ? "group" : "customer";
  const currency = params.get("currency");
  const ageing = useAll("/api/v1/ageing", { params: { query: { as_of: day, by } } });
  const all = ageing.data?.rows;
  const rows = useMemo(() => all?.filter((r) => !currency || r.currency === currency), [all, currency]);
  const columns = useColumns(by);
  const put = (name: string, value: string | undefined) => setParams((before) => {
    const next = new URLSearchParams(before);
    if (value) next.set(name, value);
    else next.delete(name);
    return next;
  });
  if (ageing.isError) return <Failed error={ageing.error} again={() => void ageing.refetch()} />;
  return (
    <Stack gap="md">
      {!!all?.length && (
        <Box className={classes.currencies} role="group" aria-label={t("currencies")}>
          {sumsOf(all).map((s) => (
            <UnstyledButton key={s.currency} className={classes.currency} aria-pressed={currency === s.currency} onClick={() => put("currency", currency === s.currency ? undefined : s.currency)}>
              <Text size="sm" c="dimmed">{s.currency}{" · "}{t("customers", { count: s.customers })}</Text>
              <Text fz="1.25rem" fw={600} className="num" lh={1.35}>{f.money(s.total, s.currency)}</Text>
              <Text size="sm" c={isZero(s.overdue) ? "dimmed" : "var(--bad)"} mb={6}>{isZero(s.overdue) ? t("nothingOverdue") : t("overdueOf", { amount: f.money(s.overdue, s.currency) })}</Text>
              <Bar row={s} currency={s.currency} />
            </UnstyledButton>
          ))}
        </Box>
      )}
      <Card flush label={t("tab.ageing")}>
        <DataTable
          name={`ageing-${by}`} label={t("tab.ageing")} columns={columns} rows={rows} rowKey={(r) => `${r.customer} ${r.group ?? ""} ${r.currency}`}
          onOpen={(r) => void go(statementOf(r))}
          tools={<SegmentedControl size="xs" aria-label={t("by.label")} value={by} onChange={(v) => put("by", v === "group" ? "group" : undefined)} data={[{ value: "customer", label: t("by.customer") }, { value: "group", label: t("by.group") }]} />}
          mark={(r) => (isZero(r.days_over_90) ? (isZero(overdueOf(r)) ? undefined : "warn") : "bad")}
          empty={<Empty icon={IconCoins} title={t("none")}>{t("noneHelp")}</Empty>}
        />
      </Card>
    </Stack>
  );
}

const statementOf = (row: Ageing): string => `/receivables/${encodeURIComponent(row.group || row.customer)}`;

function useColumns(by: "customer" | "group"): Column<Ageing>[] {
  const t = useWords("receivable");
  return useMemo((): Column<Ageing>[] => [
    { id: "buyer", title: t("column.customer"), width: 190, value: (r) => r.buyer, show: (r) => <Anchor component={Link} to={statementOf(r)} c="var(--text)" fw={560}>{r.buyer}</Anchor> },
    ...(by === "group" ? [{ id: "group", title: t("column.group"), kind: "id" as const, value: (r: Ageing) => r.group }] : []),
    ...buckets.map((bucket): Column<Ageing> => ({ id: bucket, title: t(`bucket.${bucket}`), kind: "amount", value: (r) => r[bucket], currency: (r) => r.currency, total: true })),
    { id: "credit", title: t("column.credit"), kind: "amount", value: (r) => r.credit, currency: (r) => r.currency, total: true },
    { id: "total", title: t("column.total"), kind: "amount", value: (r) => r.total, currency: (r) => r.currency, total: true },
    { id: "bar", title: t("column.age"), width: 120, value: (r) => overdueOf(r), show: (r) => <Bar row={r} currency={r.currency} /> },
  ], [t, by]);
}

/** How old what is owed is, at a glance; the amounts are beside it. */
function Bar({ row, currency }: { row: Record<Bucket, string>; currency: string }) {
  const t = useWords("receivable");
  const f = useFormats();
  const parts = widths(row);
  const said = f.list(parts.map((p) => `${t(`bucket.${p.bucket}`)}: ${f.money(row[p.bucket], currency)}`));
  return <div className={classes.bar} role="img" aria-label={said || t("nothingOverdue")} title={said}>{parts.map((p) => <span key={p.bucket} data-bucket={p.bucket} style={{ width: `${p.width}%` }} />)}</div>;
}
