import { Group, Select, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { useSearchParams } from "react-router";

import { type Schema, useAll, useAsk } from "../../api/query";
import { Change } from "../../ui/amount";
import { Chart } from "../../ui/chart";
import { absolute, compare, isZero } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { Answer, Empty, State, type Tone } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { planName } from "../../ui/invoice/labels";
import { times } from "../item/amount";
import type { Listed } from "./rows";

type Part = Schema<"InvoicePartChange">;
type Service = Schema<"InvoiceServiceChange">;
type Account = Schema<"InvoiceAccountChange">;

/** By how much the document differs from that of the month before, or from another one. */
export function ComparisonView({ invoice }: { invoice: Listed }) {
  const t = useWords("invoice");
  const f = useFormats();
  const [params, setParams] = useSearchParams();
  const other = params.get("with") ?? undefined;
  const others = useAll("/api/v1/invoices", { params: { query: { filter: [`group:eq:${invoice.group}`] } } });
  const comparison = useAsk("/api/v1/invoices/{id}/comparison", { params: { path: { id: invoice.id }, query: { with: other } } }, { keep: true });
  const choices = (others.data?.rows ?? []).filter((i) => i.id !== invoice.id && i.standing.position !== "voided").map((i) => ({ value: i.id, label: `${f.period(i.period)} · ${i.number ?? i.id}` })).reverse();
  return (
    <Stack gap="md">
      <Group gap="sm" align="flex-end">
        <Select
          label={t("comparison.with")} w={320} value={other ?? ""} allowDeselect={false} data={[{ value: "", label: t("comparison.monthBefore") }, ...choices]}
          onChange={(v) => setParams((before) => { const next = new URLSearchParams(before); if (v) next.set("with", v); else next.delete("with"); return next; }, { replace: true })}
        />
      </Group>
      <Answer of={comparison} height={420}>
        {(c) => (c.before.documents.length === 0 ? <Card><Empty title={t("rail.first")}>{t("comparison.firstHelp")}</Empty></Card> : <Tables comparison={c} digits={invoice.digits} currency={invoice.currency} />)}
      </Answer>
    </Stack>
  );
}

const leaf = new Set(["usage", "support", "agency", "discounts", "billing services", "shortfalls", "additional items", "coupons", "tax", "prepaid", "carried"]);

function Tables({ comparison: c, digits, currency }: { comparison: Schema<"InvoiceComparison">; digits: number; currency: string }) {
  const t = useWords("invoice");
  const f = useFormats();
  const parts = useColumns<Part>(digits, currency, { id: "part", title: t("comparison.part"), value: (p) => t(`part.${p.part}` as "part.usage"), show: (p) => (p.of ? <Text span pl="md" c="dimmed">{planName(p.of)}</Text> : <Text span fw={leaf.has(p.part) ? undefined : 600}>{t(`part.${p.part}` as "part.usage")}</Text>) });
  const services = useColumns<Service>(digits, currency, { id: "service", title: t("comparison.service"), value: (s) => s.service, show: (s) => <>{s.service}{s.kind !== "usage" && <Text span size="xs" c="dimmed" ml={6}>{t(`line.${s.kind}` as "line.entry")}</Text>}</> });
  const accounts = useColumns<Account>(digits, currency, { id: "account", title: t("comparison.account"), value: (a) => `${a.name ?? ""} ${a.account}`.trim(), show: (a) => <>{a.name || a.account}{a.name && <Text span size="xs" className="id soft" ml={6}>{a.account}</Text>}</> });
  const moved = c.parts.filter((p) => !p.of && leaf.has(p.part) && !isZero(p.difference));
  const before = c.parts.find((p) => p.part === "payable" && !p.of);
  // Bars from zero show nothing of changes that are small beside the totals.
  const seen = before && moved.some((p) => compare(absolute(p.difference), times(absolute(before.before), "0.05")) > 0);
  return (
    <>
      {c.by_cost && <Text c="dimmed">{t("comparison.byCost")}</Text>}
      {!c.by_cost && before && seen && moved.length > 1 && (
        <Card flush>
          <Chart
            label={t("comparison.chart")} height={260} title={<Text fw={600}>{t("comparison.chart")}</Text>}
            drawing={{
              kind: "waterfall", currency: before.currency,
              steps: [
                { name: c.before.period ? f.period(c.before.period, true) : t("comparison.before"), value: before.before, whole: true },
                ...moved.map((p) => ({ name: t(`part.${p.part}` as "part.usage"), value: p.difference })),
                { name: c.now.period ? f.period(c.now.period, true) : t("comparison.now"), value: before.now, whole: true },
              ],
            }}
            table={{ name: "invoice-parts-moved", columns: parts, rows: moved, rowKey: (p) => p.part }}
          />
        </Card>
      )}
      <Card title={t("comparison.parts")} flush><DataTable plain name="invoice-parts" label={t("comparison.parts")} columns={parts} rows={c.parts} rowKey={(p) => `${p.part} ${p.of ?? ""}`} /></Card>
      <Card title={t("comparison.services")} flush><DataTable name="invoice-services" label={t("comparison.services")} columns={services} rows={c.services} rowKey={(s) => `${s.kind} ${s.service}`} mark={(s) => (s.change === "same" ? "quiet" : undefined)} /></Card>
      <Card title={t("comparison.accounts")} flush><DataTable name="invoice-accounts" label={t("comparison.accounts")} columns={accounts} rows={c.accounts} rowKey={(a) => a.account} mark={(a) => (a.change === "same" ? "quiet" : undefined)} /></Card>
    </>
  );
}

interface Changed { before: string; now: string; difference: string; change: string; currency: string }

const tones: Record<string, Tone> = { new: "info", gone: "warn", changed: "quiet", same: "quiet" };

function useColumns<T extends Changed>(digits: number, own: string, first: Column<T>): Column<T>[] {
  const t = useWords("invoice");
  const { id, title, value, show } = first;
  return useMemo((): Column<T>[] => {
    const digitsOf = (currency: string) => (currency === own ? digits : undefined);
    return [
      { id, title, value, show, width: 180 },
      { id: "change", title: "", value: (r) => r.change, show: (r) => (r.change === "new" || r.change === "gone" ? <State tone={tones[r.change] ?? "quiet"}>{t(`comparison.${r.change}`)}</State> : null) },
      { id: "before", title: t("comparison.before"), kind: "amount", value: (r) => r.before, currency: (r) => r.currency, digits },
      { id: "now", title: t("comparison.now"), kind: "amount", value: (r) => r.now, currency: (r) => r.currency, digits },
      { id: "difference", title: t("comparison.difference"), kind: "amount", value: (r) => r.difference, show: (r) => <Change value={r.difference} before={r.before} currency={r.currency} digits={digitsOf(r.currency)} /> },
    ];
  // The columns follow the words; what a row says does not change with them.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [t, digits, own, id, title]);
}
