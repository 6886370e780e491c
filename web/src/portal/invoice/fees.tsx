import { Select } from "@mantine/core";
import { useMemo } from "react";
import { useNavigate, useSearchParams } from "react-router";

import { type RowOf, useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Answer, Empty } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { hasWord, useWords } from "../../words/words";
import { useOrganization } from "../frame";

type Fee = RowOf<"/api/v1/portal/fees">;

/** The provider's fees, credits and refunds, and what was added by hand, as the documents have them. */
export default function Fees() {
  const t = useWords("bill");
  const f = useFormats();
  const go = useNavigate();
  const { periods } = usePeriod();
  const organization = useOrganization().id;
  const [params, setParams] = useSearchParams();
  const of = params.get("of") ?? "";
  const fees = useAll("/api/v1/portal/fees", { params: { query: { organization, period: of || undefined } } });
  const columns = useMemo((): Column<Fee>[] => [
    { id: "period", title: t("fees.month"), value: (r) => r.period, show: (r) => f.period(r.period, true) },
    { id: "label", title: t("fees.label"), value: (r) => r.label, width: 220 },
    { id: "kind", title: t("fees.kind"), value: (r) => (hasWord("bill", `fees.kinds.${r.kind}`) ? t(`fees.kinds.${r.kind}` as "fees.kinds.fee") : r.kind) },
    { id: "account", title: t("fees.account"), value: (r) => r.account_name || r.account },
    { id: "document", title: t("fees.document"), kind: "id", value: (r) => r.number },
    { id: "free", title: t("fees.taxFree"), value: (r) => r.tax_free ?? false, hidden: true },
    { id: "original", title: t("fees.original"), kind: "amount", value: (r) => r.original, currency: (r) => r.original_currency, hidden: true },
    { id: "rate", title: t("fees.rate"), kind: "number", value: (r) => r.rate, digits: 6, hidden: true },
    { id: "amount", title: t("fees.amount"), kind: "amount", value: (r) => r.amount, currency: (r) => r.currency, total: true },
  ], [t, f]);
  return (
    <Page
      title={t("fees.title")} question={t("fees.question")} path={[{ title: t("title"), to: "/invoices" }]}
      actions={<Select aria-label={t("fees.month")} size="sm" w={170} allowDeselect={false} value={of} onChange={(v) => setParams(v ? { of: v } : {})} data={[{ value: "", label: t("fees.allMonths") }, ...periods.map((p) => ({ value: p, label: f.period(p) }))]} />}
    >
      <Card flush label={t("fees.title")}>
        <Answer of={fees} lines={8}>
          {({ rows }) => (
            <DataTable
              name="portal-fees" label={t("fees.title")} columns={columns} rows={rows} rowKey={(r) => `${r.document} ${r.account ?? ""} ${r.entry}`} sort="-period" onOpen={(r) => void go(`/invoices/${encodeURIComponent(r.document)}`)}
              empty={<Empty title={t("fees.none")}>{t("fees.noneHelp")}</Empty>}
            />
          )}
        </Answer>
      </Card>
    </Page>
  );
}
