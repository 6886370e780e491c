import { Button, Tabs } from "@mantine/core";
import { IconChartHistogram } from "@tabler/icons-react";
import { Link, useParams, useSearchParams } from "react-router";

import { type Schema, useAll } from "../../api/query";
import { useCan } from "../../ui/me";
import { Page } from "../../ui/page";
import { Answer } from "../../ui/state";
import { useWords } from "../../words/words";
import { type Tagged, useDeclared } from "../group/declared";
import { History } from "../group/history";
import { Details } from "./details";
import { Overview } from "./overview";
import { People } from "./people";
import { Portal } from "./portal";
import { sellerOf } from "./tree";

export type Customer = Schema<"BillingCustomer">;

const tabs = ["overview", "details", "portal", "people", "history"] as const;

/** One customer: is it set up, and what does it pay? */
export default function CustomerPage() {
  const { id = "" } = useParams();
  const customer = useDeclared<Customer>("customers", id);
  return <Answer of={customer} lines={10}>{(data) => <One key={id} id={id} customer={data} />}</Answer>;
}

function One({ id, customer }: { id: string; customer: Tagged<Customer> }) {
  const t = useWords("customer");
  const can = useCan();
  const [params, setParams] = useSearchParams();
  const groups = useAll("/api/v1/billing-groups");
  const customers = useAll("/api/v1/customers");
  const own = groups.data?.rows.filter((g) => g.customer === id);
  const seller = groups.data && sellerOf(id, groups.data.rows);
  const allowed = tabs.filter((tab) => tab !== "people" || can("users.read"));
  const tab = allowed.find((x) => x === params.get("tab")) ?? "overview";
  const w = useWords("identity");
  const label = (path: string) => fieldWord(t, w, path);

  return (
    <Page
      title={customer.spec.name} wide path={[{ title: t("title"), to: "/customers" }, ...(seller ? [{ title: customers.data?.rows.find((c) => c.id === seller)?.name ?? seller, to: `/customers/${encodeURIComponent(seller)}` }] : [])]}
      question={t("one.question")}
      actions={can("margin.read") && <Button component={Link} to={`/explore?where=${encodeURIComponent(`customer:in:${id}`)}`} variant="default" leftSection={<IconChartHistogram size={16} />}>{t("one.explore")}</Button>}
    >
      <Tabs value={tab} onChange={(to) => setParams((before) => { const next = new URLSearchParams(); const month = before.get("month"); if (month) next.set("month", month); if (to && to !== "overview") next.set("tab", to); return next; })}>
        <Tabs.List aria-label={t("one.tabs")} style={{ flexWrap: "nowrap", overflowX: "auto", overflowY: "hidden" }}>
          {allowed.map((x) => <Tabs.Tab key={x} value={x}>{t(`tab.${x}`)}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          {tab === "overview" && <Overview customer={customer.spec} groups={own} all={groups.data?.rows ?? []} />}
          {tab === "details" && <Details key={customer.tag} customer={customer} groups={own ?? []} resells={groups.data?.rows.some((g) => own?.some((o) => o.id === g.parent)) ?? false} />}
          {tab === "portal" && <Portal key={customer.tag} customer={customer} seller={seller} />}
          {tab === "people" && <People customer={customer.spec} />}
          {tab === "history" && <History kind="customers" id={id} tag={customer.tag} label={label} />}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** What a field of a customer is called. */
function fieldWord(t: ReturnType<typeof useWords<"customer">>, w: ReturnType<typeof useWords<"identity">>, path: string): string {
  const [first, ...rest] = path.replace(/\[\d+\]/g, "").split(".");
  if (first === "portal" && rest[0]) return t("details.feature", { feature: rest[0] });
  const words: Record<string, string> = {
    name: t("details.name"), contact: t("details.contact"), tax_registration: t("details.taxNumber"), payment: t("details.payment"), units: t("details.units"),
    price_book: t("details.book"), selling_book: t("details.sellingBook"), portal: t("tab.portal"), address: t("details.address"),
    "address.lines": t("details.lines"), "address.city": t("details.city"), "address.postal_code": t("details.postal"), "address.region": t("details.region"), "address.country": t("details.country"),
    legal_id: w("legal"), endpoint: w("endpoint"), contact_point: w("contactPoint"), "contact_point.name": w("contactName"), "contact_point.phone": w("contactPhone"), "contact_point.email": w("contactEmail"), bank: w("bank"),
  };
  return words[[first, ...rest].join(".")] ?? words[first!] ?? path;
}
