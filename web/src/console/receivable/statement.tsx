import { Anchor, Button, Group, Text, TextInput } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link, useParams, useSearchParams } from "react-router";

import { type Schema, useAll, useAsk } from "../../api/query";
import { Amount } from "../../ui/amount";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { Answer, Empty } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { hasWord, useWords } from "../../words/words";

type Line = Schema<"InvoiceAccountLine">;

/** What a customer, or one billing group, was asked for and paid, with what was owed before and after. */
export default function Statement() {
  const holder = useParams().holder ?? "";
  const t = useWords("receivable");
  const can = useCan();
  const [params, setParams] = useSearchParams();
  const today = new Date().toISOString().slice(0, 10);
  const from = params.get("from") ?? yearBefore(today);
  const to = params.get("to") ?? today;
  const statements = useAsk("/api/v1/account-statements/{holder}", { params: { path: { holder }, query: { from, to } } }, { keep: true });
  const organizations = useAll("/api/v1/organizations");
  const name = organizations.data?.rows.find((o) => o.id === holder)?.name ?? holder;
  const put = (what: "from" | "to", value: string) => setParams((before) => { const next = new URLSearchParams(before); next.set(what, value); return next; }, { replace: true });
  return (
    <Page
      title={name} path={[{ title: t("title"), to: "/receivables" }]} question={t("statement.question")}
      actions={(
        <Group gap="xs" align="flex-end">
          <TextInput type="date" label={t("statement.from")} value={from} max={to} onChange={(e) => e.currentTarget.value && put("from", e.currentTarget.value)} />
          <TextInput type="date" label={t("statement.to")} value={to} min={from} onChange={(e) => e.currentTarget.value && put("to", e.currentTarget.value)} />
          <Button variant="default" leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>{t("statement.print")}</Button>
          {can("payments.write") && <Button component={Link} to="/payments?record=">{t("statement.record")}</Button>}
        </Group>
      )}
    >
      <Answer of={statements} height={360}>
        {(s) => (s.statements.length === 0
          ? <Card><Empty title={t("statement.none")}>{t("statement.noneHelp")}</Empty></Card>
          : s.statements.map((one) => <Account key={one.currency} account={one} />))}
      </Answer>
    </Page>
  );
}

const yearBefore = (day: string): string => `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`.replace("-02-29", "-02-28");

function Account({ account }: { account: Schema<"InvoiceAccountStatement"> }) {
  const t = useWords("receivable");
  const columns = useMemo((): Column<Line>[] => [
    { id: "on", title: t("statement.on"), kind: "day", value: (l) => l.on },
    { id: "what", title: t("statement.what"), value: (l) => (hasWord("receivable", `what.${l.what}`) ? t(`what.${l.what}` as "what.invoice") : l.what) },
    { id: "name", title: t("statement.name"), value: (l) => l.name, show: (l) => <NameOf line={l} /> },
    { id: "note", title: t("statement.note"), value: (l) => l.note },
    { id: "due", title: t("statement.due"), kind: "day", value: (l) => l.due },
    { id: "amount", title: t("statement.amount"), kind: "amount", value: (l) => l.amount, currency: () => account.currency, digits: account.digits },
    { id: "balance", title: t("statement.balance"), kind: "amount", value: (l) => l.balance, currency: () => account.currency, digits: account.digits },
  ], [t, account]);
  const end = (label: string, value: string) => <Group justify="space-between" px="md" py="xs"><Text fw={560}>{label}</Text><Amount value={value} currency={account.currency} digits={account.digits} strong /></Group>;
  return (
    <Card flush title={t("statement.of", { currency: account.currency })}>
      {end(t("statement.opening"), account.opening)}
      <DataTable plain name="statement" label={t("statement.of", { currency: account.currency })} columns={columns} rows={account.lines} rowKey={(l) => `${l.on} ${l.what} ${l.name} ${l.note ?? ""} ${l.balance}`} empty={<Text c="dimmed" px="md" py="sm">{t("statement.quiet")}</Text>} />
      <div style={{ borderTop: "1px solid var(--rule-strong)" }}>{end(t("statement.closing"), account.closing)}</div>
    </Card>
  );
}

/** Documents lead to themselves, payments to theirs. */
function NameOf({ line }: { line: Line }) {
  if (!line.name) return <span className="soft">–</span>;
  const to = /^P-\d+$/.test(line.name) ? `/payments?payment=${encodeURIComponent(line.name)}` : `/invoices/${encodeURIComponent(line.name)}`;
  return <Anchor component={Link} to={to} className="id">{line.name}</Anchor>;
}
