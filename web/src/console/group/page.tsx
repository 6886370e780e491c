import { Anchor, Button, SegmentedControl, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type Schema, useAll } from "../../api/query";
import { Amount } from "../../ui/amount";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Empty, Failed, State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { accountsOf, bookOf, type Spec, type Template, useSection, useSellingBook } from "./declared";
import { DocumentState } from "./document_state";
import { type Gap, gapsOf } from "./missing";
import type { Over } from "./preview";

interface Row {
  group: Spec;
  customer?: Schema<"BillingCustomer">;
  template?: Template;
  documents: Schema<"ListedInvoice">[];
  gaps: Gap[];
  selling?: string; // what the reseller sells by, where nothing nearer is attached
}

/** All billing groups, with what is missing and where their documents of the month stand. */
export default function GroupsPage() {
  const t = useWords("group");
  const go = useNavigate();
  const [params, setParams] = useSearchParams();
  const { rows, error } = useRows();
  const only = params.get("show") === "missing" ? "missing" : "all";
  const missing = rows?.filter((r) => r.gaps.length > 0) ?? [];
  const columns = useColumns();

  return (
    <Page title={t("title")} question={t("question")} wide>
      <Card flush label={t("table")}>
        {error ? <Failed error={error} /> : (
          <DataTable
            name="groups" label={t("table")} columns={columns} rows={only === "missing" ? rows && missing : rows} rowKey={(r) => r.group.id} sort="customer"
            onOpen={(r) => void go(`/groups/${encodeURIComponent(r.group.id)}`)}
            tools={(
              <SegmentedControl
                size="xs" aria-label={t("filter.label")} value={only} data={[{ value: "all", label: t("filter.all") }, { value: "missing", label: `${t("filter.missing")} (${missing.length})` }]}
                onChange={(show) => setParams((before) => { const next = new URLSearchParams(before); if (show === "all") next.delete("show"); else next.set("show", show); return next; }, { replace: true })}
              />
            )}
            empty={<Empty title={t("none")} action={<Button component={Link} to="/customers">{t("toCustomers")}</Button>}>{t("noneHelp")}</Empty>}
          />
        )}
      </Card>
    </Page>
  );
}

function useRows(): { rows: Row[] | undefined; error: Error | null } {
  const { period } = usePeriod();
  const groups = useAll("/api/v1/billing-groups");
  const customers = useAll("/api/v1/customers");
  const invoices = useAll("/api/v1/invoices", { params: { query: { period } } });
  const templates = useSection<Template>("invoice_templates");
  const selling = useSellingBook();
  const rows = useMemo(() => {
    if (!groups.data || !customers.data) return undefined;
    const customer = new Map(customers.data.rows.map((c) => [c.id, c]));
    return groups.data.rows.map((group): Row => {
      const template = templates.get(group.template ?? "");
      return {
        group, template, customer: customer.get(group.customer),
        documents: invoices.data?.rows.filter((i) => i.group === group.id) ?? [],
        gaps: gapsOf(group, customer.get(group.customer), { ...(group.invoice as Over | undefined), ...template?.invoice }, selling),
        selling,
      };
    });
  }, [groups.data, customers.data, invoices.data, templates, selling]);
  return { rows, error: groups.error ?? customers.error };
}

function useColumns(): Column<Row>[] {
  const t = useWords("group");
  return useMemo((): Column<Row>[] => [
    { id: "customer", title: t("column.customer"), value: (r) => r.customer?.name ?? r.group.customer, width: 190 },
    { id: "group", title: t("column.group"), value: (r) => r.group.id, show: (r) => <Anchor component={Link} inherit to={`/groups/${encodeURIComponent(r.group.id)}`} fw={560}>{r.group.name || r.group.id}</Anchor>, width: 150 },
    {
      id: "missing", title: t("column.missing"), value: (r) => r.gaps.length,
      show: (r) => r.gaps.length === 0 ? <State tone="good">{t("missing.nothing")}</State> : (
        <span title={r.gaps.map((g) => t(`missing.${g}`)).join(", ")}><State tone="warn">{r.gaps.length === 1 ? t(`missing.${r.gaps[0]!}`) : t("missing.count", { count: r.gaps.length })}</State></span>
      ),
    },
    { id: "state", title: t("column.state"), value: (r) => r.documents[0]?.standing.position, show: (r) => r.documents[0] ? <DocumentState invoice={r.documents[0]} /> : <Text span size="sm" c="dimmed">{t("document.none")}</Text> },
    { id: "currency", title: t("column.currency"), value: (r) => r.group.currency },
    {
      id: "total", title: t("column.total"), kind: "amount", value: (r) => r.documents[0]?.total, currency: (r) => r.group.currency, digits: undefined, width: 120,
      show: (r) => r.documents.length === 0 ? <span className="soft">–</span> : r.documents.map((d) => <div key={d.id}><Amount value={d.total} currency={d.currency} digits={d.digits} bare /></div>),
      total: true,
    },
    { id: "book", title: t("column.book"), value: (r) => bookOf(r.group.price_book) ?? bookOf(r.customer?.price_book) ?? r.selling, width: 150, show: (r) => <Book row={r} /> },
    { id: "template", title: t("column.template"), width: 120, value: (r) => r.template?.name ?? r.group.template, show: (r) => r.group.template ? <Anchor component={Link} inherit to={`/templates/${encodeURIComponent(r.group.template)}`}>{r.template?.name ?? r.group.template}</Anchor> : <span className="soft">–</span> },
    { id: "language", title: t("column.language"), value: (r) => r.group.language },
    { id: "accounts", title: t("column.accounts"), kind: "number", value: (r) => accountsOf(r.group).length },
    { id: "basis", title: t("column.basis"), value: (r) => t(`basis.${(r.group.cost_basis ?? "true-unblended")}` as "basis.net"), hidden: true },
    { id: "project", title: t("column.project"), value: (r) => r.group.project, hidden: true },
  ], [t]);
}

function Book({ row }: { row: Row }) {
  const t = useWords("group");
  const own = bookOf(row.group.price_book);
  const book = own ?? bookOf(row.customer?.price_book) ?? row.selling;
  const from = own ? "" : bookOf(row.customer?.price_book) ? t("bookOfCustomer") : t("bookOfReseller");
  if (!book) return <Text span size="sm" c="dimmed">{row.group.parent ? "–" : t("bookNone")}</Text>;
  return <span><Anchor component={Link} inherit to={`/prices/${encodeURIComponent(book)}`}>{book}</Anchor>{from && <Text span size="xs" c="dimmed"> {from}</Text>}</span>;
}
