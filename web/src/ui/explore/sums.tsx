import { Anchor } from "@mantine/core";
import { useMemo } from "react";

import { useWords } from "../../words/words";
import { compare, type Decimal, isNegative, isZero, ratio } from "../decimal";
import { useFormats } from "../format";
import { type Column, DataTable } from "../table";
import type { Names } from "./asking";
import { type Line, totalOf } from "./numbers";
import { type Look, type Measure, monthsBetween, type Question } from "./question";

/** All sums as a table; the first column goes into its value. */
export function Sums({ look, question, lines, names, measures, compared, into }: {
  look: Look;
  question: Question;
  lines: Line[];
  names: Names;
  measures: readonly Measure[];
  compared: boolean;
  into: (values: { dimension: string; value: string }[]) => void;
}) {
  const t = useWords("explore");
  const f = useFormats();
  const { measure } = look;
  const by = question.by;
  const several = question.grain === "month" && monthsBetween(question.from, question.to) <= 12;
  const columns = useMemo((): Column<Line>[] => {
    const kind = measure === "quantity" ? "number" as const : "amount" as const;
    const currency = (l: Line) => l.currency;
    const money = (m: Measure) => (m === "quantity" ? {} : { currency });
    const months = several ? [...new Set(lines.flatMap((l) => Object.keys(l.months)))].sort() : [];
    const onlyMargin = by.includes("margin_source");
    return [
      ...by.map((d, i): Column<Line> => ({
        id: `by-${d}`, title: names.dimension(d), width: 150, value: (l) => names.value(d, l.keys[i]!),
        show: (l) => i === 0
          ? <Anchor component="button" type="button" size="sm" ta="left" aria-label={t("goInto", { value: names.value(d, l.keys[0]!) })} onClick={() => into([{ dimension: d, value: l.keys[0]! }])}>{names.value(d, l.keys[0]!)}</Anchor>
          : <span title={l.keys[i]}>{names.value(d, l.keys[i]!)}</span>,
      })),
      ...(by.length === 0 ? [{ id: "all", title: t("all"), value: () => t("everything") }] : []),
      ...months.map((m): Column<Line> => ({ id: `month-${m}`, title: f.period(m, true), kind, ...money(measure), total: true, value: (l) => l.months[m] })),
      { id: measure, title: several ? t("sumOf", { measure: t(`measure.${measure}`) }) : t(`measure.${measure}`), kind, ...money(measure), total: true, value: (l) => l.amounts[measure] ?? "0" },
      ...(measure === "quantity" ? [{ id: "unit", title: t("unit"), value: (l: Line) => l.scale || undefined }] : []),
      { id: "share", title: t("share"), kind: "percent", value: (l) => l.share, total: () => null },
      ...(compared ? [
        { id: "before", title: t("before"), kind, ...money(measure), total: true, value: (l: Line) => l.before },
        { id: "change", title: t("change"), kind, ...money(measure), total: true, value: (l: Line) => l.change, show: (l: Line) => <Difference line={l} plain={measure === "quantity"} /> },
        { id: "growth", title: t("growth"), kind: "percent" as const, value: (l: Line) => (l.before && !isZero(l.before) ? ratio(l.change ?? "0", l.before.replace("-", "")) : undefined), show: (l: Line) => <span className="num">{l.before ? f.growth(l.before, l.amounts[measure] ?? "0") : "–"}</span> },
      ] : []),
      ...measures.filter((m) => m !== measure && m !== "quantity" && !onlyMargin).map((m): Column<Line> => ({
        id: m, title: t(`measure.${m}`), kind: "amount", currency, total: true, hidden: m === "list_cost" || several, value: (l) => l.amounts[m],
      })),
      ...(measures.includes("margin") && !onlyMargin ? [{
        id: "rate", title: t("marginRate"), kind: "percent" as const, hidden: several, value: (l: Line) => rate(l.amounts.margin, l.amounts.price),
        total: (rows: Line[]) => <span className="num">{f.percent(rate(totalOf(rows.map((r) => r.amounts.margin)), totalOf(rows.map((r) => r.amounts.price))))}</span>,
      }] : []),
      { id: "lines", title: t("lines"), kind: "number", hidden: true, total: true, value: (l) => l.lines },
    ];
  }, [t, f, names, lines, measure, measures, by, several, compared, into]);
  const sorted = useMemo(() => [...lines].sort((a, b) => compare(b.amounts[measure] ?? "0", a.amounts[measure] ?? "0")), [lines, measure]);
  return (
    <DataTable
      key={`${by.join()} ${measure} ${compared}`} name={`explore-${by.length ? by[0]!.replace(/^tag:.*/, "tag") : "all"}`} label={t("table")} columns={columns} rows={sorted} rowKey={(l) => l.id}
      plain={by.length === 0} maxHeight={lines.length > 40 ? 720 : undefined}
    />
  );
}

/** The margin as a share of the price, where something is charged. */
const rate = (margin: Decimal | undefined, price: Decimal | undefined): Decimal | undefined =>
  margin === undefined || price === undefined || isZero(price) || isNegative(price) ? undefined : ratio(margin, price);

function Difference({ line, plain }: { line: Line; plain: boolean }) {
  const f = useFormats();
  const { change } = line;
  if (change === undefined) return <span className="soft">–</span>;
  const sign = isZero(change) || isNegative(change) ? "" : "+";
  return <span className="num" title={f.whole(change, plain ? line.scale : line.currency)}>{sign}{plain ? f.number(change) : f.amount(change, line.currency)}</span>;
}
