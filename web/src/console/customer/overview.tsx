import { Anchor, Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import { Link } from "react-router";

import { type Schema, useAll } from "../../api/query";
import { Amount, Change, Id } from "../../ui/amount";
import { minus } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Facts } from "../../ui/page";
import { monthBefore, usePeriod } from "../../ui/period";
import { Empty, Waiting } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { bookOf, type Spec } from "../group/declared";
import { Invoices } from "../group/invoices";
import { Checklist } from "./checklist";
import { Holdings } from "./holdings";
import type { Customer } from "./one";
import { useSums } from "./standing";

interface Props {
  customer: Customer;
  groups: Spec[] | undefined; // its own
  all: Spec[];
}

/** What the customer pays, what stays of it, and what is missing. */
export function Overview({ customer, groups, all }: Props) {
  const t = useWords("customer");
  const f = useFormats();
  const can = useCan();
  const customers = useAll("/api/v1/customers");
  const ids = groups?.map((g) => g.id) ?? [];
  const invoices = useAll("/api/v1/invoices", { params: { query: { filter: [`group:in:${ids.join(",")}`] } } }, { when: can("invoices.read") && ids.length > 0 });
  const documents = ids.length === 0 && groups ? [] : invoices.data?.rows;
  const buyers = [...new Set(all.filter((g) => g.parent && ids.includes(g.parent) && g.customer !== customer.id).map((g) => g.customer))];
  const a = customer.address;
  return (
    <div style={{ display: "flex", flexWrap: "wrap", gap: 16, alignItems: "flex-start" }}>
      <Stack gap="md" style={{ flex: "3 1 590px", minWidth: 0 }}>
        <Paid customer={customer.id} documents={documents} />
        {can("invoices.read") && (documents?.length === 0 ? <Card title={t("invoices.title")}><Empty title={t("invoices.none")}>{t("invoices.noneHelp")}</Empty></Card> : <Last documents={documents} />)}
      </Stack>
      <Stack gap="md" style={{ flex: "2 1 400px", minWidth: 0 }}>
        <Checklist customer={customer} groups={groups} documents={documents} />
        <Groups groups={groups} customer={customer.id} />
        <Card title={t("facts")} tools={can("config.write") && <Button component={Link} to="?tab=details" size="compact-sm" variant="default">{t("edit")}</Button>}>
          <Facts
            of={[
              [t("details.id"), <Id key="id" value={customer.id} />],
              [t("details.address"), a ? [a.postal_code, a.region, a.city, ...(a.lines ?? []), new Intl.DisplayNames([f.language], { type: "region" }).of(a.country)].filter(Boolean).join(" ") : "–"],
              [t("details.contact"), customer.contact ?? "–"],
              [t("details.taxNumber"), customer.tax_registration ?? "–"],
              [t("details.book"), bookOf(customer.price_book) ? <Anchor key="b" component={Link} to={`/prices/${encodeURIComponent(bookOf(customer.price_book)!)}`}>{bookOf(customer.price_book)}</Anchor> : t("details.bookOfReseller")],
              ...(buyers.length > 0 ? [[t("buyers"), <Group key="x" gap="sm">{buyers.map((b) => <Anchor key={b} component={Link} to={`/customers/${encodeURIComponent(b)}`}>{customers.data?.rows.find((c) => c.id === b)?.name ?? b}</Anchor>)}</Group>] as [string, ReactNode]] : []),
            ]}
          />
        </Card>
      </Stack>
      <div style={{ flex: "1 1 100%", minWidth: 0 }}><Holdings customer={customer.id} groups={groups ?? []} /></div>
    </div>
  );
}

/** Price, cost and margin of the month beside those of the month before. */
function Paid({ customer, documents }: { customer: string; documents?: Schema<"ListedInvoice">[] }) {
  const t = useWords("customer");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const { sums, known, waiting } = useSums();
  const before = monthBefore(period);
  const [now, was] = [sums("customer", customer, "now"), sums("customer", customer, "before")];
  const billed = (month: string) => documents?.filter((d) => d.period === month) ?? [];
  return (
    <Card title={f.period(period)} tools={<Text size="sm" c="dimmed">{t("paid.against", { month: f.period(before) })}</Text>}>
      {waiting ? <Waiting lines={3} /> : (
        <Stack gap="md">
          {can("invoices.read") && (
            <div>
              <Text size="sm" c="dimmed">{t("paid.invoice")}</Text>
              {billed(period).length === 0 ? <Text fz={22} fw={620}>–</Text> : billed(period).map((d) => {
                const last = billed(before).filter((x) => x.currency === d.currency && x.group === d.group && x.document === d.document);
                return (
                  <Group key={d.id} gap="sm" align="baseline">
                    <Anchor component={Link} to={`/invoices/${encodeURIComponent(d.id)}`} fz={24} fw={640} lh={1.25} c="var(--text)"><Amount value={d.total} currency={d.currency} digits={d.digits} /></Anchor>
                    {last.length === 1 && <Change value={minus(d.total, last[0]!.total)} before={last[0]!.total} currency={d.currency} digits={d.digits} />}
                    {billed(period).length > 1 && <Text size="sm" c="dimmed">{d.group}</Text>}
                  </Group>
                );
              })}
            </div>
          )}
          {known && (now.length === 0 ? <Text c="dimmed">{t("paid.nothing")}</Text> : now.map((s) => {
            const last = was.find((x) => x.currency === s.currency);
            const tile = (label: string, value: string | undefined, old: string | undefined, worse?: "down") => (
              <div>
                <Text size="sm" c="dimmed">{label}</Text>
                <Text fz="lg" fw={600}><Amount value={value} currency={s.currency} /></Text>
                {value !== undefined && old !== undefined && <Text size="sm"><Change value={minus(value, old)} before={old} currency={s.currency} worse={worse} /></Text>}
              </div>
            );
            return (
              <SimpleGrid key={s.currency} cols={{ base: 2, xs: 3 }} spacing="md">
                {tile(t("paid.price"), s.price, last?.price)}
                {s.cost !== undefined && tile(t("paid.cost"), s.cost, last?.cost)}
                {s.margin !== undefined && tile(t("paid.margin"), s.margin, last?.margin, "down")}
              </SimpleGrid>
            );
          }))}
          {known && <Text size="xs" c="dimmed">{t("paid.help")}</Text>}
        </Stack>
      )}
    </Card>
  );
}

/** The last documents, and the way to all of them. */
function Last({ documents }: { documents?: Schema<"ListedInvoice">[] }) {
  const last = useMemo(() => documents && [...documents].sort((a, b) => b.period.localeCompare(a.period) || a.id.localeCompare(b.id)).slice(0, 8), [documents]);
  return <Invoices documents={last} plain />;
}

function Groups({ groups, customer }: { groups: Spec[] | undefined; customer: string }) {
  const t = useWords("customer");
  const can = useCan();
  const columns = useMemo((): Column<Spec>[] => [
    { id: "name", title: t("column.group"), width: 120, value: (g) => g.name || g.id, show: (g) => <Anchor component={Link} inherit to={`/groups/${encodeURIComponent(g.id)}`} fw={560}>{g.name || g.id}</Anchor> },
    { id: "currency", title: t("column.currency"), value: (g) => g.currency },
    { id: "language", title: t("column.language"), value: (g) => g.language, hidden: true },
    { id: "template", title: t("column.template"), value: (g) => g.template },
    { id: "settings", title: "", width: 76, value: () => "", show: (g) => <Anchor component={Link} inherit to={`/groups/${encodeURIComponent(g.id)}?tab=settings`}>{t("settings")}</Anchor> },
  ], [t]);
  return (
    <Card flush title={t("groupsTitle")} tools={can("config.write") && <Button component={Link} to={`/customers/new?customer=${encodeURIComponent(customer)}`} size="compact-sm" variant="default">{t("addGroup")}</Button>}>
      <DataTable name="customer-groups" label={t("groupsTitle")} plain columns={columns} rows={groups} rowKey={(g) => g.id} empty={<Empty title={t("noGroup")}>{t("noGroupHelp")}</Empty>} />
    </Card>
  );
}
