import { useSearchParams } from "react-router";

import { useWords } from "../../words/words";
import { Chart, Ways } from "../chart";
import { useFormats } from "../format";
import { Card } from "../page";
import type { Column } from "../table";
import type { Spend } from "./spend";

interface Point {
  id: string;
  amount: string;
}

/** The last 14 days, or 12 months. */
export function Trend({ of }: { of: Spend }) {
  const t = useWords("spend");
  const f = useFormats();
  const [params, setParams] = useSearchParams();
  const way = params.get("trend") === "months" ? "months" : "days";
  const rows: Point[] = way === "days" ? of.days.map((d) => ({ id: d.day, amount: d.amount })) : of.months.map((m) => ({ id: m.month, amount: m.amount }));
  const columns: Column<Point>[] = [
    { id: "when", title: way === "days" ? t("trend.day") : t("trend.month"), value: (r) => r.id, show: (r) => (way === "days" ? f.day(r.id) : f.period(r.id)) },
    { id: "amount", title: t("trend.amount"), kind: "amount", value: (r) => r.amount, currency: () => of.currency, total: true },
  ];
  return (
    <Card flush label={t("trend.title")}>
      <Chart
        label={t("trend.title")} title={<b>{t("trend.title")}</b>} height={240}
        drawing={{ kind: "bars", currency: of.currency, categories: rows.map((r) => (way === "days" ? f.shortDay(r.id) : f.period(r.id, true))), series: [{ name: of.name || of.organization, values: rows.map((r) => r.amount), colour: "--accent" }] }}
        table={{ name: "spend-trend", columns, rows, rowKey: (r) => r.id }}
        tools={<Ways label={t("trend.as")} value={way} onChange={(v) => setParams((p) => { if (v === "days") p.delete("trend"); else p.set("trend", v); return p; }, { replace: true })} ways={[{ value: "days", label: t("trend.days") }, { value: "months", label: t("trend.months") }]} />}
      />
    </Card>
  );
}
