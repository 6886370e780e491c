import { Button, Group, Text } from "@mantine/core";
import { type ReactNode, useMemo } from "react";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { hasWord, useWords } from "../../words/words";
import { hasRest, type Payment } from "./payments";

/** The names of customers by their ids. */
export function useNames(): Map<string, string> {
  const organizations = useAll("/api/v1/organizations");
  return useMemo(() => new Map(organizations.data?.rows.map((o) => [o.id, o.name])), [organizations.data]);
}

export function PaymentTable({ rows, open, unallocated, only, empty }: { rows: Payment[] | undefined; open: (id: string) => void; unallocated: boolean; only: (rest: boolean) => void; empty: ReactNode }) {
  const t = useWords("payment");
  const f = useFormats();
  const names = useNames();
  const rest = rows?.filter(hasRest) ?? [];
  const columns = useMemo((): Column<Payment>[] => [
    { id: "on", title: t("column.on"), kind: "day", value: (p) => p.on },
    { id: "customer", title: t("column.customer"), width: 180, value: (p) => names.get(p.customer) ?? p.customer },
    { id: "kind", title: t("column.kind"), value: (p) => t(`kind.${p.kind}` as "kind.payment"), show: (p) => <KindOf payment={p} /> },
    { id: "amount", title: t("column.amount"), kind: "amount", value: (p) => p.amount, currency: (p) => p.currency },
    { id: "settles", title: t("column.settles"), value: (p) => p.settles.map((s) => s.number).join(" "), show: (p) => (p.settles.length ? <Text size="sm" className="id">{p.settles.map((s) => s.number).slice(0, 3).join(", ")}{p.settles.length > 3 ? ` +${f.number(p.settles.length - 3)}` : ""}</Text> : <span className="soft">–</span>) },
    { id: "unallocated", title: t("column.unallocated"), kind: "amount", value: (p) => (p.kind === "reversal" || p.reversed_by ? undefined : p.unallocated), currency: (p) => p.currency },
    { id: "payer", title: t("column.payer"), value: (p) => p.payer, hidden: true },
    { id: "reference", title: t("column.reference"), value: (p) => p.reference },
    { id: "method", title: t("column.method"), value: (p) => p.method, hidden: true },
    { id: "id", title: t("column.id"), kind: "id", value: (p) => p.id },
    { id: "key", title: t("column.key"), kind: "id", value: (p) => p.key, hidden: true },
    { id: "by", title: t("column.by"), value: (p) => p.by, hidden: true },
    { id: "at", title: t("column.at"), kind: "time", value: (p) => p.at, hidden: true },
  ], [t, f, names]);
  return (
    <DataTable
      name="payments" label={t("title")} columns={columns} rows={unallocated ? rest : rows} rowKey={(p) => p.id} onOpen={(p) => open(p.id)} sort="-on" empty={empty}
      mark={(p) => (hasRest(p) ? "warn" : p.reversed_by || p.kind === "reversal" ? "quiet" : undefined)}
      tools={(
        <Group gap={4} role="group" aria-label={t("filter.label")}>
          {([false, true] as const).map((x) => (
            <Button key={String(x)} size="compact-sm" variant={x === unallocated ? "light" : "subtle"} color={x === unallocated ? undefined : "gray"} aria-pressed={x === unallocated} onClick={() => only(x)}>
              {t(x ? "filter.unallocated" : "filter.all")}<Text span size="xs" ml={6} c="dimmed" className="num">{x ? rest.length : rows?.length ?? 0}</Text>
            </Button>
          ))}
        </Group>
      )}
    />
  );
}

/** What an entry is, and whether it stands. */
export function KindOf({ payment: p }: { payment: Payment }) {
  const t = useWords("payment");
  const name = hasWord("payment", `kind.${p.kind}`) ? t(`kind.${p.kind}` as "kind.payment") : p.kind;
  if (p.reversed_by) return <State tone="quiet">{t("reversed", { kind: name })}</State>;
  if (p.kind === "reversal" || p.kind === "write-off") return <State tone={p.kind === "reversal" ? "quiet" : "warn"}>{name}</State>;
  return <State tone={hasRest(p) ? "warn" : "good"}>{hasRest(p) ? t("partly", { kind: name }) : name}</State>;
}
