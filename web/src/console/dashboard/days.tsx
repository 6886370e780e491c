import { Group, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { useNavigate, useSearchParams } from "react-router";

import type { Schema } from "../../api/query";
import { Chart, Ways } from "../../ui/chart";
import type { Drawing } from "../../ui/chart/drawing";
import { type Decimal } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { useWords } from "../../words/words";
import { daysIn, type Money, running, wayTo } from "./sums";

const ways = ["running", "price", "cost"] as const;
type Way = (typeof ways)[number];

interface Row { day: string; now?: Decimal; cost?: Decimal; before?: Decimal; beforeCost?: Decimal }

/** The month day by day beside the one before, and where it goes. */
export function Days({ money, dashboard: d }: { money: Money; dashboard: Schema<"InsightDashboard"> }) {
  const t = useWords("dashboard");
  const f = useFormats();
  const go = useNavigate();
  const [params, setParams] = useSearchParams();
  const way: Way = ways.find((w) => w === params.get("days")) ?? "running";
  const setWay = (to: Way) => setParams((before) => { const next = new URLSearchParams(before); next.set("days", to); return next; }, { replace: true });
  const [here, there] = [f.period(d.period), f.period(d.against)];
  // Days after the last with usage have what falls on them alone, such as fees; a line goes to the last with usage.
  const through = Math.min(money.days.length, d.through ? Number(d.through.slice(8)) : money.days.length);
  const drawing = useMemo(() => drawn(way, money, d, through, { here, there, forecast: t("days.forecast"), band: t("days.band"), label: (i) => String(i + 1) }), [way, money, d, through, here, there, t]);
  const rows: Row[] = Array.from({ length: daysIn(d.period) }, (_, i) => ({
    day: `${d.period}-${String(i + 1).padStart(2, "0")}`, now: money.days[i]?.price, cost: money.days[i]?.cost, before: money.last_days[i]?.price, beforeCost: money.last_days[i]?.cost,
  }));
  const currency = () => money.currency;
  return (
    <Card flush label={t("days.title")}>
      <Chart
        label={t(`days.label.${way}`)} title={<Group gap="xs"><Title order={2}>{t("days.title")}</Title></Group>} height={264} drawing={drawing}
        tools={<Ways label={t("days.ways")} value={way} onChange={setWay} ways={ways.map((w) => ({ value: w, label: t(`days.${w}`) }))} />}
        onPick={() => void go(`/explore?measure=${way === "cost" ? "cost" : "price"}&by=service&grain=day`)}
        table={{
          name: "dashboard-days", rows, rowKey: (r: Row) => r.day,
          columns: [
            { id: "day", title: t("days.day"), kind: "day", value: (r: Row) => r.day, show: (r: Row) => f.shortDay(r.day) },
            { id: "now", title: t("days.priceOf", { month: here }), kind: "amount", value: (r: Row) => r.now, currency, total: true },
            { id: "before", title: t("days.priceOf", { month: there }), kind: "amount", value: (r: Row) => r.before, currency, total: true },
            { id: "cost", title: t("days.costOf", { month: here }), kind: "amount", value: (r: Row) => r.cost, currency, total: true },
            { id: "beforeCost", title: t("days.costOf", { month: there }), kind: "amount", value: (r: Row) => r.beforeCost, currency, total: true },
          ],
        }}
      />
      {way === "running" && !d.over && money.forecast.price && <Text size="xs" c="dimmed" px="md" pb="sm">{t("days.how", { count: money.forecast.price.days })}</Text>}
    </Card>
  );
}

interface Names { here: string; there: string; forecast: string; band: string; label: (day: number) => string }

function drawn(way: Way, money: Money, d: Schema<"InsightDashboard">, through: number, names: Names): Drawing {
  const length = Math.max(daysIn(d.period), money.last_days.length);
  const categories = Array.from({ length }, (_, i) => names.label(i));
  const part = way === "cost" ? "cost" as const : "price" as const;
  const fill = (values: Decimal[]) => Array.from({ length }, (_, i) => values[i]);
  const [now, before] = [money.days.map((x) => x[part]), money.last_days.map((x) => x[part])];
  const past = before.length > 0 ? [{ name: names.there, colour: "--series-other", values: fill(way === "running" ? running(before) : before) }] : [];
  if (way !== "running") return { kind: "lines", currency: money.currency, categories, series: [{ name: names.here, values: fill(now.slice(0, through)) }, ...past] };

  const sums = running(now).slice(0, through);
  const last = sums.at(-1) ?? "0";
  const expected = d.over ? undefined : money.forecast.price;
  const days = daysIn(d.period);
  const way_to = (to: Decimal) => fill(wayTo(last, to, through - 1, days) as Decimal[]);
  return {
    kind: "lines", currency: money.currency, categories,
    series: [{ name: names.here, values: fill(sums) }, ...(expected ? [{ name: names.forecast, dashed: true, colour: "--series-1", values: way_to(expected.amount) }] : []), ...past],
    ...(expected ? { band: { name: names.band, low: way_to(expected.low), high: way_to(expected.high) } } : {}),
  };
}
