import { Box, Group, Select, Text } from "@mantine/core";
import { type ReactNode, useMemo } from "react";

import { useWords } from "../../words/words";
import { Change } from "../amount";
import { Chart, Figure, Ways } from "../chart";
import type { Drawing } from "../chart/drawing";
import { type Decimal, isNegative, isZero, minus, ratio, sum } from "../decimal";
import { useFormats } from "../format";
import { Card } from "../page";
import { Empty, Failed, Waiting } from "../state";
import type { Answered, Names, useSums } from "./asking";
import classes from "./explore.module.css";
import { amountOf, boxesOf, coursesOf, type Line, linesOf, scaleOf, scalesOf, totalOf } from "./numbers";
import { type Drawn, type Look, type Measure, monthsBetween, stepInto, tops } from "./question";
import type { Dimension, Source } from "./source";
import { Sums } from "./sums";

const providerColours: Record<string, string> = { aws: "--provider-aws", azure: "--provider-microsoft", gcp: "--provider-google", oci: "--provider-oracle", alibaba: "--provider-alibaba" };

interface Props {
  source: Source;
  look: Look;
  show: (change: Partial<Look>) => void;
  names: Names;
  known: Dimension[];
  sums: ReturnType<typeof useSums>;
  trail: ReactNode;
}

/** The answer: totals, a chart, and all sums as a table. */
export function Result(props: Props) {
  const { look, sums } = props;
  const t = useWords("explore");
  const failed = sums.chart.error ?? sums.table.error;
  if (failed) return <Card><Failed error={failed} again={() => { void sums.chart.refetch(); void sums.table.refetch(); }} /></Card>;
  if (!sums.chart.data || !sums.table.data) return <Card><Waiting height={520} /></Card>;
  if (sums.table.data.rows.length === 0 && !sums.table.isFetching) {
    return <Card>{props.trail}<Empty title={t("nothing")}>{look.where.length || look.steps.length ? t("nothingMatches") : t("nothingPriced")}</Empty></Card>;
  }
  return <Answer {...props} chart={sums.chart.data} table={sums.table.data} before={look.compared ? sums.before.data : undefined} />;
}

function Answer({ source, look, show, names, known, sums, trail, chart, table, before }: Props & { chart: Answered; table: Answered; before?: Answered }) {
  const t = useWords("explore");
  const f = useFormats();
  const { measure } = look;
  const scales = scalesOf([...table.rows, ...chart.rows], measure);
  const scale = scales.includes(look.scale) ? look.scale : scales[0] ?? "";
  const lines = useMemo(() => linesOf(table.rows, before?.rows, measure, scale), [table, before, measure, scale]);
  const stale = sums.chart.isPlaceholderData || sums.table.isPlaceholderData;
  const drawn = useDrawing({ look, names, chart, table, before, lines, scale });
  const into = (values: { dimension: string; value: string }[]) => show(stepInto(look, values, known.map((d) => d.dimension)));

  const title = (
    <Text size="sm" c="dimmed" component="div">
      {table.question.by.length ? t("drawnBy", { measure: t(`measure.${measure}`), dimension: names.dimension(chart.question.by[0] ?? table.question.by[0]!) }) : t("drawnAll", { measure: t(`measure.${measure}`) })}
      {measure === "quantity" && scale ? ` · ${scale}` : ""}
    </Text>
  );
  return (
    <>
      <Card flush label={t("chart")}>
        <Box className={stale ? classes.stale : undefined} aria-busy={stale}>
          {look.steps.length > 0 && <Box px="sm" pt="xs">{trail}</Box>}
          <Totals look={look} table={table} before={before} scale={scale} measures={source.measures} />
          <Chart
            label={t("chartLabel", { measure: t(`measure.${measure}`), months: months(f, look) })} drawing={drawn.drawing} height={360} title={title} table={drawn.table}
            onPick={(pick) => { const found = drawn.find(pick); if (found) into(found); }}
            tools={
              <Group gap="xs" wrap="nowrap">
                {scales.length > 1 && <Select aria-label={t(measure === "quantity" ? "unit" : "currency")} size="xs" w={110} allowDeselect={false} value={scale} onChange={(s) => s && show({ scale: s })} data={scales.map((s) => ({ value: s, label: s || "–" }))} />}
                {chart.question.by.length > 0 && look.drawn !== "treemap" && <Select visibleFrom="xs" aria-label={t("top.label")} size="xs" w={104} allowDeselect={false} value={String(look.top)} onChange={(n) => n && show({ top: Number(n) })} data={tops.map((n) => ({ value: String(n), label: t("top.of", { count: n }) }))} />}
                <Ways<Drawn> label={t("draw.label")} value={look.drawn} onChange={(d) => show({ drawn: d })} ways={(["bars", "lines", "treemap"] as const).map((d) => ({ value: d, label: t(`draw.${d}`) }))} />
              </Group>
            }
          />
          {drawn.note && <Text size="sm" c="dimmed" px="md" pb="sm">{drawn.note}</Text>}
        </Box>
      </Card>
      <Card flush label={t("table")}>
        <Box className={stale ? classes.stale : undefined}>
          <Sums look={look} question={table.question} lines={lines} names={names} measures={source.measures} compared={!!before} into={into} />
        </Box>
      </Card>
    </>
  );
}

const months = (f: ReturnType<typeof useFormats>, look: Look) => (look.from === look.to ? f.period(look.from) : `${f.period(look.from, true)} – ${f.period(look.to, true)}`);

/** The sums of all that is looked at: the measure with what it was before, and the others beside it. */
function Totals({ look, table, before, scale, measures }: { look: Look; table: Answered; before?: Answered; scale: string; measures: readonly Measure[] }) {
  const t = useWords("explore");
  const f = useFormats();
  const { measure } = look;
  const ours = table.rows.filter((r) => scaleOf(r, measure) === scale);
  const totals = (m: Measure) => sum(ours.map((r) => amountOf(r, m)));
  const total = totals(measure);
  const earlier = before && sum(before.rows.filter((r) => scaleOf(r, measure) === scale).map((r) => amountOf(r, measure)));
  const say = (m: Measure, value: Decimal) => (m === "quantity" ? `${f.number(value)} ${scale}` : f.money(value, ours[0]?.currency ?? scale));
  const onlyMargin = table.question.by.includes("margin_source");
  const others = onlyMargin ? [] : measures.filter((m) => m !== measure && m !== "quantity" && measure !== "quantity");
  const price = totals("price");
  const priced = new Set(before?.rows.map((r) => r.date)).size;
  const count = monthsBetween(look.from, look.to);
  return (
    <>
    {earlier !== undefined && count > 1 && priced < count && <Text size="sm" c="var(--warn)" px="md" pt="sm">{t("beforePartly", { count: priced, of: count })}</Text>}
    <div className={classes.figures}>
      <Figure
        label={`${t(`measure.${measure}`)} · ${months(f, look)}`}
        below={earlier !== undefined && (measure === "quantity" ? t("beforeWas", { amount: say(measure, earlier) }) : <><Change value={minus(total, earlier)} before={earlier} currency={ours[0]?.currency ?? scale} /> <span className="soft">{t("beforeWas", { amount: say(measure, earlier) })}</span></>)}
      >
        <span title={measure === "quantity" ? undefined : f.whole(total, ours[0]?.currency)}>{say(measure, total)}</span>
      </Figure>
      {others.map((m) => (
        <Figure key={m} label={t(`measure.${m}`)} below={m === "margin" && !isZero(price) && !isNegative(price) ? <span className="soft">{t("ofPrice", { share: f.percent(ratio(totals(m), price)) })}</span> : undefined}>
          <span className="soft">{say(m, totals(m))}</span>
        </Figure>
      ))}
    </div>
    </>
  );
}

interface Row {
  date: string;
  values: (Decimal | undefined)[];
}

/** What is drawn, the same as a table, and what a click on it means. */
function useDrawing({ look, names, chart, table, before, lines, scale }: { look: Look; names: Names; chart: Answered; table: Answered; before?: Answered; lines: Line[]; scale: string }) {
  const t = useWords("explore");
  const f = useFormats();
  const { measure, drawn, grain } = look;
  return useMemo(() => {
    const currency = measure === "quantity" ? undefined : scale || undefined;
    const by = table.question.by;
    if (drawn === "treemap") {
      const name = (line: Line, at: number) => (by.length ? names.value(by[at]!, line.keys[at]!) : t("everything"));
      const { boxes, below } = boxesOf(lines, measure, name, t("other"));
      const drawing: Drawing = { kind: "treemap", currency, boxes };
      return {
        drawing,
        table: { name: "explore-boxes", rowKey: (b: unknown) => JSON.stringify(b), rows: boxes as unknown[], columns: boxColumns(t, scale, measure, by.slice(0, 2).map(names.dimension)) },
        note: isZero(below) ? undefined : t("below", { amount: currency ? f.money(below, currency) : f.number(below) }),
        find: (pick: { category: string; path?: string[] }) => {
          const path = (pick.path ?? [pick.category]).filter(Boolean);
          const line = lines.find((l) => name(l, path.length - 1) === path.at(-1) && (path.length < 2 || name(l, 0) === path[0]));
          return line && by.length ? path.map((_, i) => ({ dimension: by[i]!, value: line.keys[i]! })) : undefined;
        },
      };
    }
    const { dates, courses } = coursesOf(chart.rows, measure, scale);
    const dimension = chart.question.by[0];
    const seriesNames = unique(courses.map((c) => (c.other ? t("other") : dimension ? names.value(dimension, c.key) : t(`measure.${measure}`))));
    const series = courses.map((c, i) => ({
      name: seriesNames[i]!, values: c.values,
      colour: c.other ? "other" : dimension === "provider" ? providerColours[c.key] : undefined,
    }));
    const asked = chart.question.grain ?? grain;
    const categories = dates.map((d) => (asked === "day" ? f.shortDay(d) : f.period(d, true)));
    const wasBefore = before && asked === "month" && drawn === "lines" && courses.length > 0 ? totalBefore(before, measure, scale, dates.length) : undefined;
    const drawing: Drawing = drawn === "lines"
      ? { kind: "lines", currency, categories, series: wasBefore ? [...series, { name: t("beforeAverage"), values: wasBefore, colour: "--soft", dashed: true }] : series }
      : { kind: "bars", currency, categories, stacked: true, series };
    const rows: Row[] = dates.map((date, i) => ({ date, values: courses.map((c) => c.values[i]) }));
    return {
      drawing,
      table: {
        name: "explore-course", rows: rows as unknown[], rowKey: (r: unknown) => (r as Row).date,
        columns: [
          { id: "date", title: t(`grain.${asked}`), value: (r: unknown) => (r as Row).date, show: (r: unknown) => <span className="num">{asked === "day" ? f.day((r as Row).date) : f.period((r as Row).date, true)}</span> },
          { id: "all", title: t("all"), kind: currency ? "amount" as const : "number" as const, total: true, currency: currency ? () => currency : undefined, value: (r: unknown) => totalOf((r as Row).values) },
          ...courses.map((_, i) => ({ id: `s${i}`, title: seriesNames[i]!, kind: currency ? "amount" as const : "number" as const, total: true, currency: currency ? () => currency : undefined, value: (r: unknown) => (r as Row).values[i] })),
        ],
      },
      note: undefined,
      find: (pick: { series: string; category: string; path?: string[] }) => {
        const course = courses[seriesNames.indexOf(pick.series)];
        return course && !course.other && dimension ? [{ dimension, value: course.key }] : undefined;
      },
    };
  }, [t, f, names, chart, table, before, lines, scale, measure, drawn, grain]);
}

/** The average of a month before, as a level to compare with. */
function totalBefore(before: Answered, measure: Measure, scale: string, count: number): (Decimal | undefined)[] {
  const total = sum(before.rows.filter((r) => scaleOf(r, measure) === scale).map((r) => amountOf(r, measure)));
  const level = ratio(total, String(count));
  return Array.from({ length: count }, () => level);
}

function boxColumns(t: ReturnType<typeof useWords<"explore">>, scale: string, measure: Measure, by: string[]) {
  type Box = { name: string; of?: string; value: Decimal };
  return [
    ...(by.length > 1 ? [{ id: "of", title: by[0]!, value: (b: unknown) => (b as Box).of }] : []),
    { id: "name", title: by.at(-1) ?? t("all"), value: (b: unknown) => (b as Box).name },
    { id: "value", title: t(`measure.${measure}`), kind: measure === "quantity" ? "number" as const : "amount" as const, total: true, currency: measure === "quantity" ? undefined : () => scale, value: (b: unknown) => (b as Box).value },
  ];
}

/** Names of series, each once: two accounts may have the same name. */
function unique(names: string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
