import { Anchor, Box, Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";

import type { Schema } from "../../api/query";
import { Amount, Change, Id } from "../../ui/amount";
import { Chart } from "../../ui/chart";
import { minus, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Facts } from "../../ui/page";
import { monthBefore, usePeriod } from "../../ui/period";
import { Empty, Waiting } from "../../ui/state";
import { useWords } from "../../words/words";
import { accountsOf, bookOf, type Spec, type Template, useDeclared, useSellingBook } from "./declared";
import { DocumentState } from "./document_state";
import { type Gap, gapsOf } from "./missing";
import type { Over } from "./preview";

interface Props {
  group: Spec;
  customer?: Schema<"BillingCustomer">;
  documents?: Schema<"ListedInvoice">[];
}

/** What the group is, what it pays, and what is not set. */
export function Overview({ group, customer, documents }: Props) {
  const t = useWords("group");
  const f = useFormats();
  const template = useDeclared<Template>("invoice_templates", group.template);
  const selling = useSellingBook();
  const book = bookOf(group.price_book) ?? bookOf(customer?.price_book) ?? (group.parent ? undefined : selling);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Stack gap="md">
        <Month documents={documents} currency={group.currency} />
        <Trend documents={documents} currency={group.currency} />
      </Stack>
      <Stack gap="md">
        <Check group={group} customer={customer} template={template.data?.spec} waiting={!customer || (!!group.template && !template.data && !template.isError)} />
        <Card title={t("overview.facts")}>
          <Facts
            of={[
              [t("overview.id"), <Id key="id" value={group.id} />],
              [t("column.customer"), <Anchor key="c" component={Link} to={`/customers/${encodeURIComponent(group.customer)}`}>{customer?.name ?? group.customer}</Anchor>],
              [t("overview.buyer"), [customer?.address?.postal_code, customer?.address?.region, customer?.address?.city, ...(customer?.address?.lines ?? [])].filter(Boolean).join(" ") || "–"],
              [t("column.currency"), group.currency],
              [t("column.language"), group.language ? new Intl.DisplayNames([f.language], { type: "language" }).of(group.language) : "–"],
              [t("column.template"), group.template ? <Anchor key="t" component={Link} to={`/templates/${encodeURIComponent(group.template)}`}>{template.data?.spec.name ?? group.template}</Anchor> : "–"],
              [t("column.book"), book ? <Anchor key="b" component={Link} to={`/prices/${encodeURIComponent(book)}`}>{book}</Anchor> : group.parent ? "–" : t("bookNone")],
              [t("column.basis"), t(`basis.${group.cost_basis ?? "true-unblended"}` as "basis.net")],
              [t("column.accounts"), f.number(accountsOf(group).length)],
              ...(group.parent ? [[t("overview.parent"), <Anchor key="p" component={Link} to={`/groups/${encodeURIComponent(group.parent)}`}>{group.parent}</Anchor>] as [string, ReactNode]] : []),
              ...(group.unit ? [[t("overview.unit"), group.unit] as [string, string]] : []),
              ...(group.project ? [[t("column.project"), group.project] as [string, string]] : []),
            ]}
          />
        </Card>
      </Stack>
    </SimpleGrid>
  );
}

function Month({ documents, currency }: { documents?: Schema<"ListedInvoice">[]; currency: string }) {
  const t = useWords("group");
  const f = useFormats();
  const { period } = usePeriod();
  const before = monthBefore(period);
  if (!documents) return <Card title={f.period(period)}><Waiting lines={3} /></Card>;
  const now = documents.filter((d) => d.period === period);
  const was = documents.find((d) => d.period === before && d.currency === currency);
  return (
    <Card title={f.period(period)}>
      {now.length === 0 ? <Empty title={t("overview.noDocument")}>{t("overview.noDocumentHelp")}</Empty> : (
        <Stack gap="sm">
          {now.map((d) => (
            <Group key={d.id} justify="space-between" align="flex-end">
              <div>
                <Text size="sm" c="dimmed">{t("overview.total")}</Text>
                <Text fz={26} fw={620} lh={1.2}><Amount value={d.total} currency={d.currency} digits={d.digits} /></Text>
                {was && now.length === 1 && <Text size="sm"><Change value={minus(d.total, was.total)} before={was.total} currency={d.currency} digits={d.digits} /> <Text span c="dimmed" size="sm">{t("overview.more", { month: f.period(before) })}</Text></Text>}
              </div>
              <Group gap="xs"><DocumentState invoice={d} /><Button component={Link} to={`/invoices/${encodeURIComponent(d.id)}`} size="compact-sm" variant="default">{t("openInvoice")}</Button></Group>
            </Group>
          ))}
        </Stack>
      )}
    </Card>
  );
}

function Trend({ documents, currency }: { documents?: Schema<"ListedInvoice">[]; currency: string }) {
  const t = useWords("group");
  const f = useFormats();
  const months = [...new Set((documents ?? []).filter((d) => d.currency === currency && d.document === "invoice").map((d) => d.period))].sort().slice(-12);
  if (months.length < 2) return null;
  const rows = months.map((month) => ({ month, total: sum((documents ?? []).filter((d) => d.period === month && d.currency === currency).map((d) => d.total)) }));
  return (
    <Card flush label={t("overview.trend")}>
      <Chart
        label={t("overview.trend")} title={<Text fw={600}>{t("overview.trend")}</Text>} height={210}
        drawing={{ kind: "bars", currency, categories: rows.map((r) => f.period(r.month, true)), series: [{ name: t("overview.total"), values: rows.map((r) => r.total) }] }}
        table={{
          name: "group-trend", rows, rowKey: (r: (typeof rows)[number]) => r.month,
          columns: [{ id: "month", title: t("invoices.month"), value: (r: (typeof rows)[number]) => r.month, show: (r: (typeof rows)[number]) => f.period(r.month, true) }, { id: "total", title: t("overview.total"), kind: "amount", value: (r: (typeof rows)[number]) => r.total, currency: () => currency }],
        }}
      />
    </Card>
  );
}

const fixes: Record<Gap, { tab?: string; open?: string; customer?: boolean }> = {
  claims: { tab: "accounts" }, address: { customer: true }, registration: { customer: true }, tax: { tab: "settings", open: "tax" }, book: { tab: "settings", open: "group" },
};

/** What an invoice needs, and whether it is there. */
function Check({ group, customer, template, waiting }: { group: Spec; customer?: Schema<"BillingCustomer">; template?: Template; waiting: boolean }) {
  const t = useWords("group");
  const can = useCan();
  const selling = useSellingBook();
  const gaps = gapsOf(group, customer, { ...(group.invoice as Over | undefined), ...template?.invoice }, selling);
  const all: Gap[] = ["claims", "address", "tax", "book"];
  if (gaps.includes("registration")) all.push("registration");
  if (waiting) return <Card title={t("overview.check")}><Waiting lines={4} /></Card>;
  return (
    <Card title={t("overview.check")}>
      <Stack gap={6} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {all.map((gap) => {
          const missing = gaps.includes(gap);
          const fix = fixes[gap];
          const to = fix.customer ? `/customers/${encodeURIComponent(group.customer)}` : `?tab=${fix.tab}${fix.open ? `&open=${fix.open}` : ""}`;
          return (
            <Group key={gap} component="li" gap="xs" wrap="nowrap">
              <Box c={missing ? "var(--warn)" : "var(--good)"} style={{ display: "flex" }}>{missing ? <IconAlertTriangle size={16} aria-hidden /> : <IconCheck size={16} aria-hidden />}</Box>
              <Text size="md" style={{ flex: 1 }}>{t(`missing.${gap}`)}</Text>
              <Text size="sm" c={missing ? "var(--warn)" : "dimmed"}>{missing ? t("overview.gap") : t("overview.ok")}</Text>
              {missing && can("config.write") && <Button component={Link} to={to} size="compact-sm" variant="default">{t("fix")}</Button>}
            </Group>
          );
        })}
      </Stack>
    </Card>
  );
}
