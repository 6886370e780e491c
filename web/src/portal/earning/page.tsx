import { Group, Select, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { useSearchParams } from "react-router";

import { type Schema, useAsk } from "../../api/query";
import { Figure } from "../../ui/chart";
import { ratio } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Answer, Empty } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { hasWord, useWords } from "../../words/words";
import { NotFound } from "../frame";
import { useGroups } from "../invoice/sold";

type Sum = Schema<"EarningsTierSum">;
type Buyer = Sum["buyers"][number];
type Margin = Schema<"EarningsInvoiceMargin">;

/** What did we earn by selling on? */
export default function Earnings() {
  const t = useWords("earning");
  const f = useFormats();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const groups = useGroups();
  const own = (groups.data?.rows ?? []).filter((g) => !g.sold);
  const group = params.get("group") ?? own[0]?.id;
  const margin = useAsk("/api/v1/portal/groups/{group}/margin", { params: { path: { group: group ?? "" }, query: { period } } }, { when: group !== undefined });
  const nothing = <Card><Empty title={t("none", { month: f.period(period) })}>{t("noneHelp")}</Empty></Card>;
  if (groups.data && (own.length === 0 || !own.some((g) => g.id === group))) return own.length === 0 ? <Page title={t("title")}>{nothing}</Page> : <NotFound />;
  const name = (id: string) => groups.data?.rows.find((g) => g.id === id)?.name ?? id;
  return (
    <Page
      title={t("title")} question={t("question", { month: f.period(period) })}
      actions={own.length > 1 && <Select aria-label={t("group")} allowDeselect={false} value={group} onChange={(v) => v && setParams({ group: v })} data={own.map((g) => ({ value: g.id, label: g.name }))} />}
    >
      {margin.error?.status === 404 ? nothing : (
        <Answer of={margin} height={320}>
          {(m) => m.totals.length === 0 ? nothing : (
            <Stack gap="md">
              {m.totals.map((s) => <Earned key={s.currency} sum={s} name={name} />)}
              {m.invoices.length > 0 && <Documents rows={m.invoices} name={name} />}
            </Stack>
          )}
        </Answer>
      )}
    </Page>
  );
}

function Earned({ sum: s, name }: { sum: Sum; name: (group: string) => string }) {
  const t = useWords("earning");
  const f = useFormats();
  const columns = useMemo((): Column<Buyer>[] => [
    { id: "buyer", title: t("buyer"), value: (b) => name(b.group) },
    { id: "bought", title: t("bought"), kind: "amount", value: (b) => b.bought, currency: () => s.currency, total: true },
    { id: "sold", title: t("sold"), kind: "amount", value: (b) => b.sold, currency: () => s.currency, total: true },
    { id: "margin", title: t("margin"), kind: "amount", value: (b) => b.margin, currency: () => s.currency, total: true },
    { id: "rate", title: t("rate"), kind: "percent", value: (b) => ratio(b.margin, b.sold) },
  ], [t, s, name]);
  return (
    <>
      <Card label={t("title")}>
        <Group gap="xl" align="flex-start">
          <Figure label={t("margin")} below={<Text size="sm" c="dimmed">{t("ofSold", { share: f.percent(ratio(s.margin, s.sold)) })}</Text>}>{f.money(s.margin, s.currency)}</Figure>
          <Figure label={t("sold")}>{f.money(s.sold, s.currency)}</Figure>
          <Figure label={t("bought")}>{f.money(s.bought, s.currency)}</Figure>
          <Figure label={t("ownUse")}>{f.money(s.own_use, s.currency)}</Figure>
        </Group>
        <Text size="xs" c="dimmed" mt="xs">{t("exactness")}</Text>
      </Card>
      <Card flush title={t("buyers")}><DataTable plain name="earning-buyers" label={t("buyers")} columns={columns} rows={s.buyers} rowKey={(b) => b.group} sort="-margin" empty={<Empty title={t("noBuyers")} />} /></Card>
    </>
  );
}

/** What one's own invoices add to usage: discounts, items, fees. */
function Documents({ rows, name }: { rows: Margin[]; name: (group: string) => string }) {
  const t = useWords("earning");
  const columns = useMemo((): Column<Margin>[] => {
    const amount = (id: "usage" | "support" | "discount" | "items" | "agency" | "entries" | "billing_services" | "coupons" | "exchange" | "rounding" | "before_tax", hidden = false): Column<Margin> => ({
      id, title: t(`part.${id}`), kind: "amount", value: (r) => r[id], currency: (r) => r.currency, total: true, hidden,
    });
    return [
      { id: "group", title: t("buyer"), value: (r) => name(r.group) },
      { id: "state", title: t("state"), value: (r) => (hasWord("earning", `states.${r.state}`) ? t(`states.${r.state}` as "states.draft") : r.state) },
      amount("usage"), amount("support"), amount("discount"), amount("items"), amount("agency", true), amount("entries", true), amount("billing_services", true), amount("coupons", true), amount("exchange", true), amount("rounding", true), amount("before_tax"),
    ];
  }, [t, name]);
  return <Card flush title={t("documents")}><DataTable name="earning-documents" label={t("documents")} columns={columns} rows={rows} rowKey={(r) => r.id} sort="group" /></Card>;
}
