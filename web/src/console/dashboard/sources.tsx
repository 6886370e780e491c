import { Title } from "@mantine/core";
import { useNavigate } from "react-router";

import type { Schema } from "../../api/query";
import { Chart } from "../../ui/chart";
import { compare, absolute, isZero, minus } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { hasWord, useWords } from "../../words/words";
import type { Money } from "./sums";

type Source = Schema<"InsightSourceSum">;

/** The name of a source of margin. */
export function useSourceName(): (source: string) => string {
  const t = useWords("dashboard");
  return (source) => (hasWord("dashboard", `source.${source}`) ? t(`source.${source}` as "source.entries") : source);
}

/** What the margin comes from, this month and the one before. */
export function Sources({ money, dashboard: d }: { money: Money; dashboard: Schema<"InsightDashboard"> }) {
  const t = useWords("dashboard");
  const f = useFormats();
  const name = useSourceName();
  const go = useNavigate();
  const rows = money.sources.filter((s) => !isZero(s.amount) || !isZero(s.before)).sort((a, b) => compare(absolute(b.amount), absolute(a.amount)));
  if (rows.length === 0) return null;
  const currency = () => money.currency;
  return (
    <Card flush label={t("sources.title")}>
      <Chart
        label={t("sources.label")} title={<Title order={2}>{t("sources.title")}</Title>} height={Math.max(150, 64 + rows.length * 34)}
        drawing={{
          kind: "bars", sideways: true, currency: money.currency, categories: rows.map((s) => name(s.source)),
          series: [{ name: f.period(d.period), values: rows.map((s) => s.amount) }, ...(money.before ? [{ name: f.period(d.against), colour: "--series-other", values: rows.map((s) => s.before) }] : [])],
        }}
        onPick={({ index }) => { const source = rows[index]?.source; if (source) void go(`/explore?measure=margin&by=customer&where=${encodeURIComponent(`margin_source:${source}`)}`); }}
        table={{
          name: "dashboard-sources", rows, rowKey: (s: Source) => s.source,
          columns: [
            { id: "source", title: t("sources.source"), value: (s: Source) => name(s.source) },
            { id: "amount", title: f.period(d.period, true), kind: "amount", value: (s: Source) => s.amount, currency, total: true },
            { id: "before", title: f.period(d.against, true), kind: "amount", value: (s: Source) => (money.before ? s.before : undefined), currency, total: true },
            { id: "change", title: t("change"), kind: "amount", value: (s: Source) => (money.before ? minus(s.amount, s.before) : undefined), currency, total: true },
          ],
        }}
      />
    </Card>
  );
}
