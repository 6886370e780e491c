import { Button, Group, MultiSelect, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { useAll } from "../../api/query";
import { SpooledFiles } from "../../ui/file/spooled";
import type { AccountingExport } from "../../ui/file/types";
import { useFormats } from "../../ui/format";
import { JobLine } from "../../ui/jobs";
import { Card } from "../../ui/page";
import { Notice, useExplain } from "../../ui/state";
import { useWords } from "../../words/words";
import { Left } from "../file/left";
import { useOrder } from "../file/order";
import type { AccountingSystem } from "./page";
import { sellersOf } from "./seller";

/** Makes the files of a month for a system: of the reseller's own books, or of a customer's that sells on. */
export function Booking({ system, period }: { system: AccountingSystem; period: string }) {
  const t = useWords("accounting");
  const ui = useWords("file");
  const f = useFormats();
  const explain = useExplain();
  const order = useOrder<AccountingExport>();
  const customers = useAll("/api/v1/customers");
  const groups = useAll("/api/v1/billing-groups");
  const invoices = useAll("/api/v1/invoices", { params: { query: { period } } });
  const [seller, setSeller] = useState<string | null>(null);
  const [customer, setCustomer] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const nameOf = (id: string) => customers.data?.rows.find((c) => c.id === id)?.name ?? id;
  const sellers = sellersOf(groups.data?.rows ?? []);
  const buyers = sellers.get(seller ?? "")?.buyers ?? [];
  const sold = sellers.get(seller ?? "")?.groups ?? [];
  const theirs = groups.data?.rows.filter((g) => sold.includes(g.id) && (!customer || g.customer === customer)) ?? [];
  const asked = invoices.data?.rows.filter((i) => theirs.some((g) => g.id === i.group) && (chosen.length === 0 || chosen.includes(i.group)));
  const issued = asked?.filter((i) => i.state === "issued").length;
  const drafts = (asked?.length ?? 0) - (issued ?? 0);
  const unmapped = order.problem?.body.errors?.filter((e) => e.location === "body.mapping") ?? [];
  return (
    <Card title={t("export", { month: f.period(period) })}>
      <Stack gap="md">
        {sellers.size > 1 && (
          <Select label={t("seller")} clearable placeholder={t("sellerOwn")} value={seller} onChange={(v) => { setSeller(v); setCustomer(null); setChosen([]); order.forget(); }} data={[...sellers.keys()].filter(Boolean).map((value) => ({ value, label: nameOf(value) }))} />
        )}
        <Select label={t("customer")} clearable searchable placeholder={t("allCustomers")} value={customer} error={order.problem?.at("customer")} onChange={(v) => { setCustomer(v); setChosen([]); order.forget(); }} data={buyers.map((value) => ({ value, label: nameOf(value) }))} />
        {theirs.length > 1 && <MultiSelect label={ui("export.groups")} description={t("groupsHelp")} placeholder={chosen.length ? undefined : ui("export.allGroups")} searchable clearable hidePickedOptions data={theirs.map((g) => ({ value: g.id, label: `${g.name || g.id} · ${g.currency}` }))} value={chosen} error={order.problem?.at("groups")} onChange={(v) => { setChosen(v); order.forget(); }} />}
        {issued !== undefined && (
          <Text size="sm" c="dimmed">{t("counts", { count: issued })}{drafts > 0 ? ` ${t("drafts", { count: drafts })}` : ""}</Text>
        )}
        {order.problem && unmapped.length === 0 && <Notice tone="bad" title={ui("export.failed")}>{explain(order.problem)}</Notice>}
        {unmapped.length > 0 && (
          <Notice tone="bad" title={t("unmapped")}>
            <Text size="sm" mb={4}>{t("unmappedHelp")}</Text>
            <ul style={{ margin: 0, paddingInlineStart: 18 }}>{unmapped.map((e) => <li key={e.message}>{e.message}</li>)}</ul>
          </Notice>
        )}
        {order.running ? <JobLine job={order.running} /> : !order.made && (
          <Group gap="sm"><Button disabled={issued === 0} loading={order.busy} onClick={() => void order.begin("/api/v1/months/{period}/accounting", period, { system: system.name, ...(seller ? { seller } : {}), ...(customer ? { customer } : {}), ...(chosen.length ? { groups: chosen } : {}) })}>{t("do", { system: system.title })}</Button></Group>
        )}
        {order.cancelled && <Notice tone="quiet">{ui("cancelled")}</Notice>}
        {order.made && (
          <Stack gap="sm">
            <Notice tone={order.made.left.length > 0 ? "warn" : "good"} title={t("done", { count: order.made.documents })}>{order.made.notes.length > 0 && <ul style={{ margin: 0, paddingInlineStart: 18 }}>{order.made.notes.map((n) => <li key={n}>{n}</li>)}</ul>}</Notice>
            <SpooledFiles of={order.made} />
            <Left of={order.made.left} />
            <div><Button variant="default" onClick={order.forget}>{ui("another")}</Button></div>
          </Stack>
        )}
      </Stack>
    </Card>
  );
}
