import { Anchor, Badge, Button, Group, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "react-router";

import { useAll, useAsk } from "../../api/query";
import { sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Empty } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import type { Spec } from "./declared";

interface Row {
  key: string;
  account: string;
  name?: string;
  provider?: string;
  tags: string[];
  from?: string;
  to?: string;
  amount?: string;
}

/** What the group pays for: accounts, from when to when, all of them or what carries a tag; with what each came to in the month. */
export function Claims({ group }: { group: Spec }) {
  const t = useWords("group");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const accounts = useAll("/api/v1/accounts");
  const invoice = useAsk("/api/v1/invoices/{id}", { params: { path: { id: `${period}/${group.id}` } } }, { when: can("invoices.read") });
  const rows = useMemo(() => {
    const named = new Map(accounts.data?.rows.map((a) => [a.id, a]));
    const billed = invoice.data;
    return (group.claims ?? []).flatMap((claim, i) => claim.accounts.map((account): Row => {
      const sections = billed?.accounts.filter((a) => a.account === account) ?? [];
      return {
        key: `${i} ${account}`, account, name: named.get(account)?.name ?? sections[0]?.name, provider: sections[0]?.provider,
        tags: [...Object.entries(claim.tags ?? {}), ...Object.entries(claim.cost_categories ?? {})].map(([key, values]) => `${key}: ${values.join(", ")}`),
        from: claim.from, to: claim.to, amount: sections.length ? sum(sections.map((a) => a.total)) : undefined,
      };
    }));
  }, [group, accounts.data, invoice.data]);
  const columns = useMemo((): Column<Row>[] => [
    { id: "name", title: t("claims.name"), value: (r) => r.name },
    { id: "account", title: t("claims.accounts"), kind: "id", value: (r) => r.account, show: (r) => <Anchor component={Link} to={`/accounts?search=${encodeURIComponent(r.account)}`} className="id">{r.account}</Anchor> },
    { id: "tags", title: t("claims.tags"), value: (r) => r.tags.join("; "), show: (r) => r.tags.length ? <Group gap={4}>{r.tags.map((tag) => <Badge key={tag} color="gray" tt="none">{tag}</Badge>)}</Group> : <Text span size="sm" c="dimmed">–</Text> },
    { id: "from", title: t("claims.from"), value: (r) => r.from, show: (r) => r.from ? <span className="num">{f.day(r.from)}</span> : <Text span size="sm" c="dimmed">{t("claims.always")}</Text> },
    { id: "to", title: t("claims.to"), kind: "day", value: (r) => r.to },
    { id: "amount", title: f.period(period, true), kind: "amount", value: (r) => r.amount, currency: () => group.currency, digits: invoice.data?.digits, total: true },
  ], [t, f, period, group.currency, invoice.data?.digits]);
  return (
    <Card flush title={t("claims.title")} tools={<Button component={Link} to="/accounts" size="compact-sm" variant="default">{t("claims.toAccounts")}</Button>}>
      <DataTable name="group-claims" label={t("claims.title")} columns={columns} rows={rows} rowKey={(r) => r.key} empty={<Empty title={t("claims.none")}>{t("claims.noneHelp")}</Empty>} />
    </Card>
  );
}
