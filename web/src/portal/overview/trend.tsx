import { useSearchParams } from "react-router";

import type { Schema } from "../../api/query";
import { Chart, Ways } from "../../ui/chart";
import type { Drawing } from "../../ui/chart/drawing";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import type { Column } from "../../ui/table";
import { useWords } from "../../words/words";
import { cumulated, daysIn, expected, type Money } from "./sentence";

interface Day {
  day: number;
  now?: string;
  before?: string;
}

/** The month day by day beside the last, and where it is heading. */
export function Trend({ overview: o, money: m }: { overview: Schema<"InsightOverview">; money: Money }) {
  const t = useWords("overview");
  const f = useFormats();
  const [params, setParams] = useSearchParams();
  const way = params.get("trend") === "days" ? "days" : "sum";
  const count = Math.max(daysIn(o.period), daysIn(o.against));
  const amounts = (days: Money["days"]) => { const of = new Map(days.map((d) => [Number(d.day.slice(8, 10)), d.amount])); return Array.from({ length: count }, (_, i) => of.get(i + 1)); };
  const [now, before] = way === "sum" ? [cumulated(m.days, count), cumulated(m.last_days, count)] : [amounts(m.days), amounts(m.last_days)];
  const rows = Array.from({ length: count }, (_, i): Day => ({ day: i + 1, now: now[i], before: before[i] }));
  const names = { now: f.period(o.period), before: f.period(o.against) };
  const columns: Column<Day>[] = [
    { id: "day", title: t("day"), kind: "number", value: (r) => r.day },
    { id: "now", title: names.now, kind: "amount", value: (r) => r.now, currency: () => m.currency, total: way === "days" },
    { id: "before", title: names.before, kind: "amount", value: (r) => r.before, currency: () => m.currency, total: way === "days" },
  ];
  return (
    <Card flush label={t("trend")}>
      <Chart
        label={t("trend")} title={<b>{t("trend")}</b>} height={370} drawing={drawingOf(o, m, way, rows, { ...names, expected: t("forecast"), band: t("bandName") })}
        table={{ name: "overview-days", columns, rows, rowKey: (r) => String(r.day) }}
        tools={<Ways label={t("trendAs")} value={way} onChange={(v) => setParams((p) => { if (v === "sum") p.delete("trend"); else p.set("trend", v); return p; })} ways={[{ value: "sum", label: t("asSum") }, { value: "days", label: t("asDays") }]} />}
      />
    </Card>
  );
}

function drawingOf(o: Schema<"InsightOverview">, m: Money, way: "sum" | "days", rows: Day[], names: { now: string; before: string; expected: string; band: string }): Drawing {
  const categories = rows.map((r) => String(r.day));
  const series = [{ name: names.now, values: rows.map((r) => r.now), colour: "--accent" }, { name: names.before, values: rows.map((r) => r.before), colour: "other" }];
  if (way === "days") return { kind: "bars", currency: m.currency, categories, series };
  if (o.over || !m.forecast || !o.through) return { kind: "lines", currency: m.currency, categories, series };
  const { line, low, high } = expected(m, rows.length, Number(o.through.slice(8, 10)));
  return {
    kind: "lines", currency: m.currency, categories, band: { name: names.band, low, high, colour: "--accent" },
    series: [series[0]!, { name: names.expected, values: line, colour: "--accent", dashed: true }, series[1]!],
  };
}
