import { Button, Tabs } from "@mantine/core";
import { IconFileInvoice } from "@tabler/icons-react";
import { Link, useParams, useSearchParams } from "react-router";

import { useAll } from "../../api/query";
import { useCan } from "../../ui/me";
import { Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Answer } from "../../ui/state";
import { useWords } from "../../words/words";
import { Claims } from "./claims";
import { type Spec, type Tagged, useDeclared } from "./declared";
import { Editor } from "./editor";
import { History } from "./history";
import { Invoices } from "./invoices";
import { Overview } from "./overview";

const tabs = ["overview", "settings", "accounts", "history", "invoices"] as const;

/** One billing group: what it is, what its bill looks like, what it pays for, how it came to be. */
export default function GroupPage() {
  const { id = "" } = useParams();
  const group = useDeclared<Spec>("billing_groups", id);
  return <Answer of={group} lines={10}>{(data) => <Group key={id} id={id} group={data} />}</Answer>;
}

function Group({ id, group }: { id: string; group: Tagged<Spec> }) {
  const t = useWords("group");
  const can = useCan();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const customers = useAll("/api/v1/customers");
  const invoices = useAll("/api/v1/invoices", { params: { query: { filter: [`group:eq:${id}`] } } }, { when: can("invoices.read") });
  const customer = customers.data?.rows.find((c) => c.id === group.spec.customer);
  const allowed = tabs.filter((tab) => can("invoices.read") || (tab !== "settings" && tab !== "invoices"));
  const tab = allowed.find((x) => x === params.get("tab")) ?? "overview";
  const latest = invoices.data?.rows.find((i) => i.period === period);

  return (
    <Page
      title={group.spec.name || group.spec.id} wide
      path={[{ title: t("title"), to: "/groups" }]}
      question={t("oneQuestion", { customer: customer?.name ?? group.spec.customer, currency: group.spec.currency })}
      actions={latest && <Button component={Link} to={`/invoices/${encodeURIComponent(latest.id)}`} variant="default" leftSection={<IconFileInvoice size={16} />}>{t("openInvoice")}</Button>}
    >
      <Tabs value={tab} onChange={(to) => setParams((before) => { const next = new URLSearchParams(); const month = before.get("month"); if (month) next.set("month", month); if (to && to !== "overview") next.set("tab", to); return next; })}>
        <Tabs.List aria-label={t("tabs")} style={{ flexWrap: "nowrap", overflowX: "auto", overflowY: "hidden" }}>
          {allowed.map((x) => <Tabs.Tab key={x} value={x}>{t(`tab.${x}`)}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          {tab === "overview" && <Overview group={group.spec} customer={customer} documents={invoices.data?.rows} />}
          {tab === "settings" && <Editor group={group} />}
          {tab === "accounts" && <Claims group={group.spec} />}
          {tab === "history" && <History kind="billing_groups" id={id} tag={group.tag} />}
          {tab === "invoices" && <Invoices documents={invoices.data?.rows} />}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
