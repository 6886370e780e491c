import { Anchor, Group, Title } from "@mantine/core";
import { Link, useNavigate, useSearchParams } from "react-router";

import type { Schema } from "../../api/query";
import { Change } from "../../ui/amount";
import { Ways } from "../../ui/chart";
import { isNegative, ratio } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import type { Money } from "./sums";

type Customer = Schema<"InsightCustomerSum">;

const ways = ["price", "margin", "change"] as const;

/** The ten customers that matter most, by what one asks for. */
export function Customers({ money, days }: { money: Money; days: number }) {
  const t = useWords("dashboard");
  const f = useFormats();
  const go = useNavigate();
  const [params, setParams] = useSearchParams();
  const by = ways.find((w) => w === params.get("customers")) ?? "price";
  const rows = { price: money.customers_by_price, margin: money.customers_by_margin, change: money.customers_by_change }[by];
  const currency = () => money.currency;
  const columns: Column<Customer>[] = [
    { id: "customer", title: t("customers.customer"), value: (r) => r.name, show: (r) => <Anchor component={Link} to={`/customers/${encodeURIComponent(r.customer)}`}>{r.name}</Anchor>, width: 120 },
    { id: "price", title: t("customers.price"), kind: "amount", value: (r) => r.price, currency },
    { id: "cost", title: t("customers.cost"), kind: "amount", value: (r) => r.cost, currency, hidden: true },
    { id: "margin", title: t("customers.margin"), kind: "amount", value: (r) => r.margin, currency, show: (r) => <span className="num" style={{ color: isNegative(r.margin) ? "var(--bad)" : undefined }} title={f.whole(r.margin, money.currency)}>{f.amount(r.margin, money.currency)}</span> },
    { id: "percent", title: t("customers.percent"), kind: "percent", value: (r) => ratio(r.margin, r.price) },
    { id: "change", title: days > 0 ? t("customers.changeDays", { count: days }) : t("customers.change"), kind: "amount", value: (r) => r.change, show: (r) => (r.change === undefined ? <span className="soft">–</span> : <Change value={r.change} before={r.before} currency={money.currency} />) },
  ];
  return (
    <Card
      title={<Group gap="xs"><Title order={2}>{t("customers.title")}</Title></Group>} flush
      tools={<Ways label={t("customers.ways")} value={by} onChange={(to) => setParams((before) => { const next = new URLSearchParams(before); next.set("customers", to); return next; }, { replace: true })} ways={ways.map((w) => ({ value: w, label: t(`customers.by.${w}`) }))} />}
    >
      <DataTable name="dashboard-customers" label={t("customers.title")} columns={columns.filter((c) => !c.hidden)} rows={rows} rowKey={(r) => r.customer} plain onOpen={(r) => void go(`/customers/${encodeURIComponent(r.customer)}`)} />
    </Card>
  );
}
