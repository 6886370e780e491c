import { Button, Drawer, Group, MultiSelect, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { useAll } from "../../api/query";
import { type DataSet, DataSetFields, dataSets, type Packing } from "../../ui/file/dataset";
import { SpooledFiles } from "../../ui/file/spooled";
import type { DataSetExport } from "../../ui/file/types";
import { useFormats } from "../../ui/format";
import { JobLine } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { Facts } from "../../ui/page";
import { Notice, useExplain } from "../../ui/state";
import { useWords } from "../../words/words";
import { useOrder } from "./order";

/** Writes a month as a data set that cost tools read: the reseller's own cost, or what a customer pays. */
export function DataDrawer({ period, opened, close }: { period: string; opened: boolean; close: () => void }) {
  const t = useWords("file");
  const ui = useWords("ui");
  const f = useFormats();
  return (
    <Drawer opened={opened} onClose={close} position="right" size="lg" closeButtonProps={{ "aria-label": ui("close") }} title={<Text fw={620} size="lg">{t("data.title", { month: f.period(period) })}</Text>}>
      {opened && <Form key={period} period={period} />}
    </Drawer>
  );
}

const choices = ["every", "issued", "published", "none"] as const;

function Form({ period }: { period: string }) {
  const t = useWords("file");
  const can = useCan();
  const explain = useExplain();
  const order = useOrder<DataSetExport>();
  const customers = useAll("/api/v1/customers");
  const groups = useAll("/api/v1/billing-groups");
  const [own, setOwn] = useState(can("margin.read"));
  const [customer, setCustomer] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const [documents, setDocuments] = useState<(typeof choices)[number]>("every");
  const [set, setSet] = useState<DataSet>("cost-and-usage");
  const [packing, setPacking] = useState<Packing>("parquet");
  const theirs = groups.data?.rows.filter((g) => g.customer === customer) ?? [];
  // There are no documents of the reseller's own month.
  const offered: readonly DataSet[] = own ? dataSets.filter((x) => x === "cost-and-usage" || x === "cur2") : dataSets;
  const now = offered.includes(set) ? set : "cost-and-usage";
  const body = { data_set: now, format: packing, ...(own ? {} : { customer: customer ?? undefined, documents, ...(chosen.length ? { groups: chosen } : {}) }) };
  return (
    <Stack gap="md">
      {can("margin.read") && (
        <div>
          <Text size="sm" fw={500} mb={4}>{t("data.whose")}</Text>
          <SegmentedControl aria-label={t("data.whose")} value={own ? "own" : "customer"} onChange={(v) => { setOwn(v === "own"); order.forget(); }} data={[{ value: "own", label: t("data.own") }, { value: "customer", label: t("data.customer") }]} />
          <Text size="xs" c="dimmed" mt={4}>{own ? t("data.ownHelp") : t("data.customerHelp")}</Text>
        </div>
      )}
      {!own && (
        <>
          <Select label={t("data.ofCustomer")} searchable required data={(customers.data?.rows ?? []).map((c) => ({ value: c.id, label: c.name }))} value={customer} error={order.problem?.at("customer")} onChange={(v) => { setCustomer(v); setChosen([]); order.forget(); }} />
          {theirs.length > 1 && <MultiSelect label={t("export.groups")} placeholder={chosen.length ? undefined : t("export.allGroups")} clearable hidePickedOptions data={theirs.map((g) => ({ value: g.id, label: g.name || g.id }))} value={chosen} onChange={(v) => { setChosen(v); order.forget(); }} />}
          <Select label={t("data.documents")} description={t(`data.documentsHelp.${documents}`)} inputWrapperOrder={["label", "input", "description", "error"]} allowDeselect={false} data={choices.map((value) => ({ value, label: t(`data.documentsOf.${value}`) }))} value={documents} onChange={(v) => { if (v) { setDocuments(v as typeof documents); order.forget(); } }} />
        </>
      )}
      <DataSetFields of={offered} set={now} packing={packing} onSet={(v) => { setSet(v); order.forget(); }} onPacking={(v) => { setPacking(v); order.forget(); }} />
      {order.problem && <Notice tone="bad" title={t("export.failed")}>{explain(order.problem)}</Notice>}
      {order.running ? <JobLine job={order.running} /> : !order.made && <Group><Button disabled={!own && !customer} loading={order.busy} onClick={() => void order.begin("/api/v1/months/{period}/focus", period, body)}>{t("data.do")}</Button></Group>}
      {order.cancelled && <Notice tone="quiet">{t("cancelled")}</Notice>}
      {order.made && <Made of={order.made} again={order.forget} />}
    </Stack>
  );
}

function Made({ of, again }: { of: DataSetExport; again: () => void }) {
  const t = useWords("file");
  const f = useFormats();
  const { manifest } = of;
  return (
    <Stack gap="sm">
      <Notice tone={manifest.draft ? "warn" : "good"} title={t("data.done", { count: manifest.rows, rows: f.number(manifest.rows) })}>{manifest.draft ? t("data.draft") : manifest.version}</Notice>
      {manifest.totals.length > 0 && manifest.totals.length <= 12 && (
        <Facts of={manifest.totals.map((x) => [x.invoice ?? x.document ?? t("data.noDocument"), <span key={`${x.document} ${x.currency}`} className="num">{f.whole(x.billed, x.currency)}</span>])} />
      )}
      <SpooledFiles of={of} />
      <div><Button variant="default" onClick={again}>{t("another")}</Button></div>
    </Stack>
  );
}
