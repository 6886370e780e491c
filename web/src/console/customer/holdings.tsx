import { Anchor, Button, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "react-router";

import { useAll, useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { monthBefore, usePeriod } from "../../ui/period";
import { Empty } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import type { Spec } from "../group/declared";

interface Row {
  key: string;
  account: string;
  name?: string;
  group: string;
  from?: string;
  to?: string;
  shared: boolean; // only what carries some tags
  price?: string;
  before?: string;
  currency: string;
}

/** The accounts of a customer, from when to when, with what they were charged. */
export function Holdings({ customer, groups }: { customer: string; groups: Spec[] }) {
  const t = useWords("customer");
  const f = useFormats();
  const can = useCan();
  const { period, periods } = usePeriod();
  const accounts = useAll("/api/v1/accounts");
  const before = monthBefore(period);
  const from = periods.includes(before) ? before : period;
  const ids = groups.map((g) => g.id).join("|");
  const charged = useAsk("/api/v1/explore", { params: { query: { from, to: period, grain: "month", by: "group,account", where: [`group:in:${ids}`] } } }, { when: can("margin.read") && ids !== "" });
  const rows = useMemo(() => {
    const names = new Map(accounts.data?.rows.map((a) => [a.id, a.name]));
    return groups.flatMap((g) => (g.claims ?? []).flatMap((claim, i) => claim.accounts.map((account): Row => {
      const of = charged.data?.rows.filter((r) => r.keys[0] === g.id && r.keys[1] === account) ?? [];
      const currencies = new Set(of.map((r) => r.currency));
      const price = (month: string) => (currencies.size === 1 ? of.find((r) => r.date === month)?.price : undefined);
      return {
        key: `${g.id} ${i} ${account}`, account, name: names.get(account), group: g.id, from: claim.from, to: claim.to,
        shared: Object.keys({ ...claim.tags, ...claim.cost_categories }).length > 0, price: price(period), before: price(before), currency: of[0]?.currency ?? "",
      };
    })));
  }, [groups, accounts.data, charged.data, period, before]);
  const columns = useMemo((): Column<Row>[] => [
    { id: "name", title: t("column.account"), width: 160, value: (r) => r.name ?? r.account, show: (r) => <div><div>{r.name ?? r.account}</div>{r.name && r.name !== r.account && <Anchor component={Link} to={`/accounts?search=${encodeURIComponent(r.account)}`} className="id" fz="xs">{r.account}</Anchor>}{r.shared && <Text span size="xs" c="dimmed"> {t("byTags")}</Text>}</div> },
    ...(groups.length > 1 ? [{ id: "group", title: t("column.group"), value: (r: Row) => r.group }] : []),
    { id: "from", title: t("column.from"), width: 104, value: (r) => r.from, show: (r) => (r.from ? <span className="num">{f.day(r.from)}</span> : <Text span size="sm" c="dimmed">{t("always")}</Text>) },
    { id: "to", title: t("column.to"), kind: "day", value: (r) => r.to, hidden: !groups.some((g) => g.claims?.some((c) => c.to)) },
    ...(can("margin.read") ? [
      { id: "price", title: f.period(period, true), kind: "amount" as const, value: (r: Row) => r.price, currency: (r: Row) => r.currency || "USD", total: true },
      { id: "before", title: f.period(before, true), kind: "amount" as const, value: (r: Row) => r.before, currency: (r: Row) => r.currency || "USD", total: true },
    ] : []),
  ], [t, f, groups, can, period, before]);
  return (
    <Card flush title={t("holdings")} tools={can("config.write") && <Button component={Link} to={`/accounts?map=1${groups.length === 1 ? `&group=${encodeURIComponent(groups[0]!.id)}` : ""}`} size="compact-sm" variant="default">{t("mapAccounts")}</Button>}>
      <DataTable name={`customer-accounts-${customer}`} label={t("holdings")} plain={rows.length < 12} columns={columns} rows={rows} rowKey={(r) => r.key} maxHeight={420} sort="-price" empty={<Empty title={t("noAccounts")}>{t("noAccountsHelp")}</Empty>} />
    </Card>
  );
}
