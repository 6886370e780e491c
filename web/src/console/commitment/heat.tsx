import { Group, Select, Text } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";

import { type Schema, useAsk } from "../../api/query";
import { Chart, Figure, Ways } from "../../ui/chart";
import type { Drawing } from "../../ui/chart/drawing";
import { type Formats, useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { Answer, Empty } from "../../ui/state";
import type { Column } from "../../ui/table";
import { useWords } from "../../words/words";
import { type By, heatOf, shareOf } from "./hours";
import { useCodes } from "./words";

type Map = Schema<"CommitmentHourMap">;
type Hour = Schema<"CommitmentHourUse">;

/** How much of all commitments, or of one, was used hour by hour of a month. */
export function Heat({ period, commitment, payer }: { period: string; commitment?: string; payer?: string }) {
  const t = useWords("commitment");
  const hours = useAsk("/api/v1/months/{period}/commitment-hours", { params: { path: { period }, query: { commitment, payer } } });
  const [at, setAt] = useState(0);
  return (
    <Card flush title={t("heat.title")}>
      <Answer of={hours} height={440}>
        {({ maps }) => {
          const map = maps[Math.min(at, maps.length - 1)];
          if (!map) return <Empty title={t("heat.none")} />;
          return <One map={map} pick={maps.length > 1 && <Select size="xs" w={150} aria-label={t("currency")} allowDeselect={false} value={String(at)} onChange={(v) => setAt(Number(v))} data={maps.map((m, i) => ({ value: String(i), label: t("heat.map", { currency: m.currency, hours: m.slot_hours }) }))} />} />;
        }}
      </Answer>
    </Card>
  );
}

function One({ map, pick }: { map: Map; pick: ReactNode }) {
  const t = useWords("commitment");
  const f = useFormats();
  const code = useCodes();
  const [by, setBy] = useState<By>("used");
  const drawing = useMemo((): Drawing => {
    const { columns, rows, cells } = heatOf(map.hours, map.slot_hours, by);
    return {
      kind: "heat", share: true, most: "1", columns: columns.map((d) => f.shortDay(d)), rows: rows.map((h) => (map.slot_hours >= 24 ? t("heat.wholeDay") : `${String(h).padStart(2, "0")}:00`)),
      cells: cells.map((c) => ({ column: c.column, row: c.row, value: c.share, note: t("heat.unused", { amount: f.money(by === "alone" ? c.hour.alone_unused_cost : c.hour.unused_cost, map.currency) }) })),
    };
  }, [map, by, f, t]);
  return (
    <>
      <Group gap={40} px="md" pt="sm" align="flex-start">
        <Figure label={t("heat.used")}>{f.percent(map.total.utilization)}</Figure>
        <Figure label={t("heat.alone")}>{f.percent(map.total.alone_utilization)}</Figure>
        <Figure label={t("wasted")}>{f.money(map.total.unused_cost, map.currency)}</Figure>
        <Figure label={t("wastedAlone")}>{f.money(map.total.alone_unused_cost, map.currency)}</Figure>
      </Group>
      <Chart
        label={t("heat.title")} drawing={drawing} height={map.slot_hours >= 24 ? 140 : 420} title={<Scale />}
        tools={<>{pick}<Ways<By> label={t("heat.by")} value={by} onChange={setBy} ways={[{ value: "used", label: t("heat.used") }, { value: "inside", label: t("heat.inside") }, { value: "alone", label: t("heat.alone") }]} /></>}
        table={{ name: "commitment-hours", rows: map.hours, rowKey: (h) => h.start, columns: hourColumns(t, f, map, code("measure", map.measure)) }}
      />
      <Text size="sm" c="dimmed" px="md" pb="sm">{t("heat.utc")}</Text>
    </>
  );
}

/** What the shades mean. */
function Scale() {
  const t = useWords("commitment");
  return (
    <Group gap={6} wrap="nowrap" fz="sm" c="dimmed">
      <span>{t("heat.low")}</span>
      <span aria-hidden style={{ width: 84, height: 10, borderRadius: 3, background: "linear-gradient(to right, var(--sunken), var(--accent))", border: "1px solid var(--rule)" }} />
      <span>{t("heat.high")}</span>
    </Group>
  );
}

function hourColumns(t: ReturnType<typeof useWords<"commitment">>, f: Formats, map: Map, measure: string): Column<Hour>[] {
  const number = (id: string, title: string, value: (h: Hour) => string): Column<Hour> => ({ id, title: `${title} (${measure})`, kind: "number", digits: 4, total: true, value });
  return [
    { id: "day", title: t("column.day"), kind: "day", value: (h) => h.day },
    { id: "hour", title: t("column.hour"), kind: "number", value: (h) => h.hour },
    { id: "share", title: t("column.used"), kind: "percent", value: (h) => shareOf(h, "used"), show: (h) => <span className="num">{f.percent(shareOf(h, "used"))}</span> },
    number("available", t("column.available"), (h) => h.available),
    number("used", t("heat.used"), (h) => h.used),
    number("inside", t("heat.inside"), (h) => h.inside),
    number("alone", t("heat.alone"), (h) => h.alone),
    { id: "unused", title: t("column.unused"), kind: "amount", currency: () => map.currency, total: true, value: (h) => h.unused_cost },
  ];
}
