import { Anchor, Button, Text } from "@mantine/core";
import { IconDownload, IconPlus, IconTrash, IconUpload } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";

import { fileAddress } from "../../api/client";
import { type Schema, useAll, useChange } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Empty, Failed, useExplain } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { refused, told } from "../../ui/told";
import { hasWord, useWords } from "../../words/words";
import { Adding } from "./adding";
import { times } from "./amount";
import { Importing } from "./importing";

type Item = Schema<"Item">;

/** What the reseller adds to the invoices of one month by hand. */
export default function ItemsPage() {
  const t = useWords("item");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const items = useAll("/api/v1/months/{period}/items", { params: { path: { period } } });
  const groups = useAll("/api/v1/billing-groups", undefined, { when: can("config.read") });
  const [adding, setAdding] = useState(false);
  const currency = useMemo(() => new Map((groups.data?.rows ?? []).map((g) => [g.id, g.currency])), [groups.data]);
  const columns = useColumns(currency);
  const remove = useRemove(period);
  const importing = params.get("do") === "import";
  const setImporting = (on: boolean) => setParams((before) => { const next = new URLSearchParams(before); if (on) next.set("do", "import"); else next.delete("do"); return next; }, { replace: true });
  const write = can("items.write");
  const actions = (
    <>
      {!!items.data?.rows.length && <Button component="a" href={fileAddress(`/months/${period}/items.csv`)} variant="default" leftSection={<IconDownload size={15} />}>{t("download")}</Button>}
      {write && <Button variant="default" leftSection={<IconUpload size={15} />} onClick={() => setImporting(true)}>{t("import")}</Button>}
      {write && <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>{t("add")}</Button>}
    </>
  );
  return (
    <Page title={t("title")} question={t("question", { month: f.period(period) })} actions={actions} wide>
      <Card flush label={t("title")}>
        {items.error ? <Failed error={items.error} again={() => void items.refetch()} /> : (
          <DataTable
            name={`items-${period}`} label={t("title")} columns={columns} rows={items.data?.rows} rowKey={(r) => `${r.group} · ${r.label}`}
            bulk={write ? [{ label: t("remove"), tone: "danger", icon: <IconTrash size={14} />, do: (rows) => void remove(rows) }] : undefined}
            empty={<Empty title={t("none", { month: f.period(period) })} action={write && <Button onClick={() => setAdding(true)} leftSection={<IconPlus size={15} />}>{t("add")}</Button>}>{t("noneHelp")}</Empty>}
          />
        )}
      </Card>
      <Text size="sm" c="dimmed">{t("everyMonth")}</Text>
      <Adding opened={adding} close={() => setAdding(false)} period={period} groups={groups.data?.rows ?? []} first={params.get("group") ?? undefined} />
      <Importing opened={importing && write} close={() => setImporting(false)} period={period} count={items.data?.rows.length ?? 0} currency={currency} />
    </Page>
  );
}

function useColumns(currency: Map<string, string>): Column<Item>[] {
  const t = useWords("item");
  const f = useFormats();
  return useMemo((): Column<Item>[] => [
    { id: "group", title: t("column.group"), value: (r) => r.group, show: (r) => <Anchor component={Link} to={`/groups/${encodeURIComponent(r.group)}`}>{r.group}</Anchor>, width: 150 },
    { id: "label", title: t("column.label"), value: (r) => r.label, width: 220 },
    { id: "quantity", title: t("column.quantity"), kind: "number", digits: 20, value: (r) => r.quantity },
    { id: "price", title: t("column.price"), kind: "amount", value: (r) => r.unit_price, currency: (r) => currency.get(r.group) ?? "", show: (r) => <span className="num">{f.number(r.unit_price, 20)}</span> },
    { id: "amount", title: t("column.amount"), kind: "amount", value: (r) => times(r.unit_price, r.quantity), currency: (r) => currency.get(r.group) ?? "", total: true },
    { id: "currency", title: t("column.currency"), value: (r) => currency.get(r.group) },
    { id: "tax", title: t("column.tax"), value: (r) => (r.tax_free ? t("taxFree") : r.tax ? (hasWord("item", `tax.${r.tax}`) ? t(`tax.${r.tax}` as "tax.reduced") : r.tax) : t("asUsage")) },
    { id: "source", title: t("column.source"), value: (r) => (hasWord("item", `source.${r.source}`) ? t(`source.${r.source}` as "source.ui") : r.source) },
    { id: "at", title: t("column.at"), kind: "time", value: (r) => r.changed_at, show: (r) => <span className="num" title={r.changed_by}>{f.time(r.changed_at)}</span> },
  ], [t, f, currency]);
}

/** Takes items away after it was asked; each can be brought back. */
function useRemove(period: string): (rows: Item[]) => Promise<void> {
  const t = useWords("item");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const remove = useChange("delete", "/api/v1/months/{period}/items", { refreshes: ["/api/v1/months"] });
  return async (rows) => {
    const yes = await confirm({
      title: t("removing.title", { count: rows.length }), danger: true, yes: t("removing.yes", { count: rows.length }),
      children: <>{t("removing.help", { month: f.period(period) })}<ul>{rows.slice(0, 6).map((r) => <li key={`${r.group} ${r.label}`}>{`${r.group}: ${r.label} (${f.whole(times(r.unit_price, r.quantity))})`}</li>)}{rows.length > 6 && <li>{t("removing.more", { count: rows.length - 6 })}</li>}</ul></>,
    });
    if (!yes) return;
    let done = 0;
    for (const row of rows) {
      try {
        await remove.mutateAsync({ params: { path: { period }, query: { group: row.group, label: row.label } } });
        done++;
      } catch (error) {
        refused(t("removing.failed", { label: row.label }), explain(error));
        break;
      }
    }
    if (done) told(t("removing.done", { count: done }));
  };
}
