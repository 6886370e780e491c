import { Anchor, Button, Group as Row, SimpleGrid, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";

import { type Schema, useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Facts, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Empty, Failed, State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { Changing } from "./changing";
import { decided, type Decided, type Group, holds, lastDay, type Tax, type Template, type Used, usedOf } from "./taxes";

interface Seller {
  name?: string;
  tax_registration?: string;
  address?: { country?: string };
}

interface Taxed {
  group: Group;
  how: Decided;
  customer?: Schema<"BillingCustomer">;
  seller?: string; // its country
}

/** Taxes: which rates hold, which groups they are on, and who is taxed by the regime of the countries. */
export default function TaxesPage() {
  const t = useWords("tax");
  const f = useFormats();
  const can = useCan();
  const go = useNavigate();
  const { period } = usePeriod();
  const [changing, setChanging] = useState<Used>();
  const groups = useAll("/api/v1/billing-groups");
  const sections = { templates: useAll("/api/v1/config/{kind}", { params: { path: { kind: "invoice_templates" } } }), reseller: useAll("/api/v1/config/{kind}", { params: { path: { kind: "reseller" } } }) };
  const customers = useAll("/api/v1/customers");
  const error = groups.error ?? sections.templates.error ?? customers.error;
  const reseller = sections.reseller.data?.rows[0]?.spec as Seller | undefined;
  const templates = useMemo(() => sections.templates.data?.rows.map((r) => r.spec as Template), [sections.templates.data]);
  const used = useMemo(() => groups.data && templates && usedOf(groups.data.rows, templates), [groups.data, templates]);
  const taxed = useMemo(() => groups.data && templates && customers.data && groups.data.rows.map((group): Taxed => {
    const parent = groups.data.rows.find((g) => g.id === group.parent);
    const country = (id: string | undefined) => customers.data.rows.find((c) => c.id === id)?.address?.country;
    return { group, how: decided(group, templates.find((x) => x.id === group.template)), customer: customers.data.rows.find((c) => c.id === group.customer), seller: parent ? country(parent.customer) : reseller?.address?.country };
  }), [groups.data, templates, customers.data, reseller]);
  const rates = useRateColumns(period, can("config.write") ? setChanging : undefined);
  const columns = useGroupColumns(period);
  const open = (r: Taxed) => void go(r.how.source === "template" && r.group.template ? `/templates/${encodeURIComponent(r.group.template)}?open=tax` : `/groups/${encodeURIComponent(r.group.id)}?tab=settings&open=tax`);
  if (error) return <Page title={t("title")}><Card><Failed error={error} /></Card></Page>;
  return (
    <Page title={t("title")} question={t("question", { day: f.day(lastDay(period)) })} wide>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Card title={t("seller")}><Facts of={[[t("sellerName"), reseller?.name ?? "–"], [t("country"), reseller?.address?.country ?? <State key="c" tone="warn">{t("noCountry")}</State>], [t("number"), reseller?.tax_registration ? <span key="n" className="id">{reseller.tax_registration}</span> : "–"]]} /></Card>
        <Card title={t("decides")}><Text size="md">{t("decidesHelp")}</Text></Card>
      </SimpleGrid>
      <Card flush title={t("rates")}>
        <DataTable plain name="tax-rates" label={t("rates")} columns={rates} rows={used} rowKey={(u) => u.key} mark={(u) => (holds(u.tax, lastDay(period)) ? undefined : "quiet")} empty={<Empty title={t("noRates")}>{t("noRatesHelp")}</Empty>} />
      </Card>
      <Card flush title={t("groups")}>
        <DataTable name="taxed-groups" label={t("groups")} columns={columns} rows={taxed} rowKey={(r) => r.group.id} onOpen={can("config.read") ? open : undefined} mark={(r) => (r.how.source === "nowhere" ? "warn" : undefined)} />
      </Card>
      {changing && templates && groups.data && <Changing used={changing} templates={templates} groups={groups.data.rows} close={() => setChanging(undefined)} />}
    </Page>
  );
}

/** A rate as one says it: 10% Consumption tax. */
function useSaid() {
  const t = useWords("tax");
  const f = useFormats();
  return useMemo(() => (tax: Tax) => t("said", { percent: f.number(tax.percent, 6), label: tax.label ?? t(`category.${tax.category}` as "category.standard") }), [t, f]);
}

function useRateColumns(period: string, change?: (used: Used) => void): Column<Used>[] {
  const t = useWords("tax");
  const f = useFormats();
  return useMemo((): Column<Used>[] => [
    { id: "percent", title: t("column.percent"), kind: "number", value: (u) => u.tax.percent, show: (u) => <b className="num">{f.number(u.tax.percent, 6)}%</b>, width: 80 },
    { id: "label", title: t("column.label"), value: (u) => u.tax.label },
    { id: "category", title: t("column.category"), value: (u) => t(`category.${u.tax.category}` as "category.standard"), show: (u) => <span>{t(`category.${u.tax.category}` as "category.standard")} {u.tax.reason && <span className="id soft">{u.tax.reason}</span>}</span> },
    { id: "from", title: t("column.from"), kind: "day", value: (u) => u.tax.from },
    { id: "to", title: t("column.to"), kind: "day", value: (u) => u.tax.to },
    { id: "state", title: t("column.state"), value: (u) => String(holds(u.tax, lastDay(period))), show: (u) => (holds(u.tax, lastDay(period)) ? <State tone="good">{t("holds")}</State> : <State tone="quiet">{t(u.tax.from && u.tax.from > lastDay(period) ? "notYet" : "over")}</State>) },
    { id: "where", title: t("column.where"), value: (u) => [...u.templates, ...u.groups].join(", "), show: (u) => (
      <Row gap="2px 10px">
        {u.templates.map((id) => <Anchor key={id} component={Link} size="sm" to={`/templates/${encodeURIComponent(id)}?open=tax`}>{t("template", { id })}</Anchor>)}
        {u.groups.map((id) => <Anchor key={id} component={Link} size="sm" to={`/groups/${encodeURIComponent(id)}?tab=settings&open=tax`}>{id}</Anchor>)}
      </Row>
    ) },
    { id: "reaches", title: t("column.reaches"), kind: "number", value: (u) => u.reaches.length },
    ...(change ? [{ id: "change", title: t("column.change"), value: () => undefined, show: (u: Used) => (u.tax.to ? null : <Button size="compact-sm" variant="default" onClick={() => change(u)}>{t("changeRate")}</Button>) }] : []),
  ], [t, f, period, change]);
}

function useGroupColumns(period: string): Column<Taxed>[] {
  const t = useWords("tax");
  const said = useSaid();
  return useMemo((): Column<Taxed>[] => [
    { id: "group", title: t("column.group"), value: (r) => r.group.name || r.group.id },
    { id: "customer", title: t("column.customer"), value: (r) => r.customer?.name ?? r.group.customer },
    { id: "countries", title: t("column.countries"), value: (r) => `${r.seller ?? "?"} → ${r.customer?.address?.country ?? "?"}` },
    { id: "number", title: t("number"), kind: "id", value: (r) => r.customer?.tax_registration },
    { id: "by", title: t("column.by"), value: (r) => r.how.by, show: (r) => (r.how.source === "nowhere" ? <State tone="warn">{t("nowhere")}</State> : t(`by.${r.how.by}`)) },
    { id: "rates", title: t("column.rates"), value: (r) => (r.how.by === "settings" ? r.how.taxes.filter((x) => holds(x, lastDay(period))).map(said).join(", ") : ""), show: (r) => (r.how.by === "settings" ? r.how.taxes.filter((x) => holds(x, lastDay(period))).map((x, i) => <div key={i}>{said(x)}</div>) : <span className="soft">{t("byCountry")}</span>) },
    { id: "inclusive", title: t("column.inclusive"), value: (r) => t(r.how.inclusive ? "inclusive" : "exclusive") },
    { id: "source", title: t("column.source"), value: (r) => (r.how.source === "template" ? r.group.template ?? "" : t(`source.${r.how.source}`)), show: (r) => (r.how.source === "template" ? t("template", { id: r.group.template }) : t(`source.${r.how.source}`)) },
  ], [t, said, period]);
}
