import { useMemo } from "react";
import { useNavigate } from "react-router";

import type { Schema } from "../../api/query";
import { Card } from "../../ui/page";
import { Empty } from "../../ui/state";
import { useFormats } from "../../ui/format";
import { type Column, DataTable } from "../../ui/table";
import { hasWord, useWords } from "../../words/words";
import { DocumentState } from "./document_state";

type Listed = Schema<"ListedInvoice">;

/** The documents of the group, of all months. */
export function Invoices({ documents, plain }: { documents: Listed[] | undefined; plain?: boolean }) {
  const t = useWords("group");
  const f = useFormats();
  const go = useNavigate();
  const columns = useMemo(() => ([
    { id: "period", title: t("invoices.month"), width: 92, value: (r) => r.period, show: (r) => f.period(r.period, true) },
    { id: "number", title: t("invoices.number"), kind: "id", value: (r) => r.number || r.id },
    { id: "kind", title: t("invoices.kind"), value: (r) => (hasWord("group", `kind.${r.document}`) ? t(`kind.${r.document}` as "kind.invoice") : r.document) },
    { id: "state", title: t("invoices.state"), value: (r) => r.standing.position, show: (r) => <DocumentState invoice={r} /> },
    { id: "issued", title: t("invoices.issued"), kind: "day", value: (r) => r.issue_date },
    { id: "due", title: t("invoices.due"), kind: "day", value: (r) => r.due_date },
    { id: "total", title: t("invoices.total"), kind: "amount", value: (r) => r.total, currency: (r) => r.currency },
    { id: "open", title: t("invoices.open"), kind: "amount", value: (r) => r.standing.open, currency: (r) => r.currency, total: true },
  ] as Column<Listed>[]).filter((c) => !plain || !["kind", "issued", "open"].includes(c.id)), [t, f, plain]);
  return (
    <Card flush label={plain ? undefined : t("invoices.title")} title={plain ? t("tab.invoices") : undefined}>
      <DataTable name={plain ? "last-invoices" : "group-invoices"} plain={plain} label={t("invoices.title")} columns={columns} rows={documents} rowKey={(r) => r.id} sort="-period" onOpen={(r) => void go(`/invoices/${encodeURIComponent(r.id)}`)} empty={<Empty title={t("invoices.none")} />} />
    </Card>
  );
}
