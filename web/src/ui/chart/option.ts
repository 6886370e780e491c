import type { EChartsCoreOption } from "echarts/core";

import { type Decimal, position, sum, ratio } from "../decimal";
import type { Formats } from "../format";
import type { Drawing, Series } from "./drawing";

type Token = (name: string) => string;
type Exact = (value: Decimal | undefined) => string;

/** What ECharts is to draw, in the colours of the page. */
export function optionOf(drawing: Drawing, f: Formats, token: Token): EChartsCoreOption {
  const exact: Exact = (value) => (value === undefined ? "–" : drawing.share ? f.percent(value) : drawing.currency ? f.money(value, drawing.currency) : f.number(value));
  const short = (value: number) => (drawing.share ? f.percent(String(value), 0) : f.short(value, drawing.currency));
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const common = {
    animation: !still, animationDuration: 120, animationDurationUpdate: 120,
    textStyle: { fontFamily: "Inter Variable, Inter, system-ui, sans-serif", fontSize: 12, color: token("--text") },
    aria: { enabled: true },
  };
  return { ...common, ...drawn(drawing, exact, short, token, f) };
}

function drawn(drawing: Drawing, exact: Exact, short: (value: number) => string, token: Token, f: Formats): EChartsCoreOption {
  switch (drawing.kind) {
    case "bars": {
      const coloured = colours(drawing.series, token);
      const category = categoryAxis(drawing.categories, token);
      const value = valueAxis(short, token);
      return {
        color: coloured,
        grid: grid(drawing.series.length > 1),
        legend: legend(drawing.series, token),
        tooltip: tooltip(drawing.categories, drawing.series, exact, token, f, drawing.stacked),
        xAxis: drawing.sideways ? value : category,
        yAxis: drawing.sideways ? { ...category, inverse: true } : value,
        series: drawing.series.map((s) => ({
          type: "bar", name: s.name, stack: drawing.stacked ? "all" : undefined, barMaxWidth: 36, emphasis: { focus: "series" },
          itemStyle: { borderRadius: drawing.stacked ? 0 : [3, 3, 0, 0], borderColor: token("--card"), borderWidth: drawing.stacked ? 0.5 : 0 },
          data: s.values.map((v) => (v === undefined ? 0 : position(v))),
        })),
      };
    }
    case "lines": {
      const coloured = colours(drawing.series, token);
      return {
        color: coloured,
        grid: grid(drawing.series.length > 1),
        legend: legend(drawing.series, token),
        tooltip: tooltip(drawing.categories, drawing.series, exact, token, f),
        xAxis: { ...categoryAxis(drawing.categories, token), boundaryGap: false },
        yAxis: valueAxis(short, token),
        series: [
          ...bandOf(drawing, token),
          ...drawing.series.map((s, i) => ({
            itemStyle: { color: coloured[i] }, // a band before it would take the first colours
            type: "line", name: s.name, showSymbol: s.values.filter((v) => v !== undefined).length < 3, symbolSize: 5, lineStyle: { width: 2, type: s.dashed ? "dashed" : "solid", color: coloured[i] },
            areaStyle: drawing.area ? { opacity: 0.12 } : undefined, emphasis: { focus: "series" },
            data: s.values.map((v) => (v === undefined ? null : position(v))),
          })),
        ],
      };
    }
    case "treemap": {
      const total = sum(drawing.boxes.map((b) => b.value));
      const parents = [...new Set(drawing.boxes.map((b) => b.of ?? ""))];
      const leaf = (b: { name: string; value: Decimal }) => ({ name: b.name, value: position(b.value), exact: b.value });
      return {
        color: palette(token),
        tooltip: { ...box(token), formatter: (p: { name: string; data: { exact?: Decimal } }) => card(p.name, p.data.exact === undefined ? [] : [{ name: "", value: `${exact(p.data.exact)} · ${f.percent(ratio(p.data.exact, total) ?? "0")}` }]) },
        series: [{
          type: "treemap", roam: false, nodeClick: false, breadcrumb: { show: false }, left: 8, right: 8, top: 8, bottom: 8,
          label: { fontSize: 12, color: token("--on-accent"), formatter: (p: { name: string; data: { exact?: Decimal } }) => `${p.name}\n${p.data.exact ? exact(p.data.exact) : ""}` },
          itemStyle: { borderColor: token("--card"), borderWidth: 1, gapWidth: 1 }, upperLabel: { show: parents.length > 1, height: 20 },
          data: parents.length > 1 ? parents.map((of) => ({ name: of, children: drawing.boxes.filter((b) => (b.of ?? "") === of).map(leaf) })) : drawing.boxes.map(leaf),
        }],
      };
    }
    case "waterfall": {
      let level = "0";
      const steps = drawing.steps.map((step) => {
        const from = step.whole ? "0" : level;
        level = step.whole ? step.value : sum([level, step.value]);
        return { ...step, low: Math.min(position(from), position(level)), span: Math.abs(position(level) - position(from)) };
      });
      const colour = (s: (typeof steps)[number]) => token(s.whole ? "--series-10" : position(s.value) < 0 ? "--series-1" : "--series-2");
      return {
        grid: grid(false),
        tooltip: { trigger: "item", ...box(token), formatter: (p: { dataIndex: number }) => card(steps[p.dataIndex]!.name, [{ name: "", value: exact(steps[p.dataIndex]!.value) }]) },
        xAxis: categoryAxis(steps.map((s) => s.name), token),
        yAxis: { ...valueAxis(short, token), scale: false },
        series: [
          { type: "bar", stack: "w", stackStrategy: "all", silent: true, itemStyle: { color: "transparent" }, data: steps.map((s) => s.low), tooltip: { show: false } },
          {
            type: "bar", stack: "w", stackStrategy: "all", barMaxWidth: 56, data: steps.map((s) => ({ name: s.name, value: s.span, itemStyle: { color: colour(s), borderRadius: 2 } })),
            label: { show: steps.length <= 14, position: "top", color: token("--text"), fontSize: 11, formatter: (p: { dataIndex: number }) => short(position(steps[p.dataIndex]!.value)) },
          },
        ],
      };
    }
    case "heat":
      return {
        grid: { left: 8, right: 12, top: 8, bottom: 8, containLabel: true },
        tooltip: {
          ...box(token),
          formatter: (p: { dataIndex: number }) => {
            const cell = drawing.cells[p.dataIndex]!;
            return card(`${drawing.columns[cell.column]} ${drawing.rows[cell.row]}`, [{ name: "", value: exact(cell.value) + (cell.note ? ` · ${cell.note}` : "") }]);
          },
        },
        xAxis: { ...categoryAxis(drawing.columns, token), splitArea: { show: false } },
        yAxis: { ...categoryAxis(drawing.rows, token), inverse: true },
        visualMap: { show: false, min: 0, max: position(drawing.most) || 1, inRange: { color: [token("--sunken"), mixed(token("--sunken"), token("--accent")), token("--accent")] } },
        series: [{ type: "heatmap", data: drawing.cells.map((c) => [c.column, c.row, c.value === undefined ? "-" : position(c.value)]), itemStyle: { borderColor: token("--card"), borderWidth: 1 }, progressive: 0 }],
      };
    case "flow": {
      const names = [...new Set(drawing.links.flatMap((l) => [`${l.from}\u0000from`, `${l.to}\u0000to`]))]; // who owns and who benefits may be the same
      const name = (id: string) => id.split("\u0000")[0]!;
      return {
        color: palette(token),
        tooltip: {
          ...box(token),
          formatter: (p: { dataType: string; dataIndex: number; name: string; data: { exact?: Decimal; source?: string; target?: string } }) =>
            p.dataType === "edge" ? card(`${name(p.data.source!)} → ${name(p.data.target!)}`, [{ name: "", value: exact(p.data.exact) }]) : card(name(p.name), []),
        },
        series: [{
          type: "sankey", left: 12, right: 140, top: 12, bottom: 12, nodeGap: 10, draggable: false, emphasis: { focus: "adjacency" },
          label: { color: token("--text"), formatter: (p: { name: string }) => name(p.name) }, lineStyle: { color: "source", opacity: 0.35 },
          data: names.map((id) => ({ name: id })),
          links: drawing.links.map((l) => ({ source: `${l.from}\u0000from`, target: `${l.to}\u0000to`, value: position(l.value), exact: l.value })),
        }],
      };
    }
  }
}

const palette = (token: Token) => Array.from({ length: 10 }, (_, i) => token(`--series-${i + 1}`));

function colours(series: Series[], token: Token): string[] {
  const all = palette(token);
  return series.map((s, i) => (s.colour === "other" ? token("--series-other") : s.colour ? token(s.colour) : all[i % all.length]!));
}

/** The colour between two that are written #rrggbb. */
function mixed(a: string, b: string): string {
  const part = (colour: string, at: number) => parseInt(colour.slice(at, at + 2), 16);
  return "#" + [1, 3, 5].map((at) => Math.round((part(a, at) + part(b, at)) / 2).toString(16).padStart(2, "0")).join("");
}

const grid = (legended: boolean) => ({ left: 8, right: 12, top: legended ? 40 : 16, bottom: 8, containLabel: true });

const legend = (series: Series[], token: Token) => ({
  show: series.length > 1, type: "scroll", top: 4, left: 8, right: 8, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: token("--text") }, inactiveColor: token("--rule-strong"), pageIconColor: token("--soft"), pageTextStyle: { color: token("--soft") },
});

const categoryAxis = (categories: string[], token: Token) => ({
  type: "category", data: categories, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--rule-strong") } }, axisLabel: { color: token("--soft"), hideOverlap: true },
});

const valueAxis = (short: (value: number) => string, token: Token) => ({
  type: "value", splitNumber: 4, axisLabel: { color: token("--soft"), formatter: short }, splitLine: { lineStyle: { color: token("--rule"), width: 0.6 } },
});

function bandOf(drawing: Extract<Drawing, { kind: "lines" }>, token: Token) {
  if (!drawing.band) return [];
  const { low, high } = drawing.band;
  const base = { type: "line", stack: "band", silent: true, symbol: "none", lineStyle: { opacity: 0 }, tooltip: { show: false } };
  return [
    { ...base, data: low.map((v) => (v === undefined ? null : position(v))) },
    { ...base, areaStyle: { color: token(drawing.band.colour ?? "--series-1"), opacity: 0.13 }, data: high.map((v, i) => (v === undefined || low[i] === undefined ? null : position(v) - position(low[i]!))) },
  ];
}

const box = (token: Token) => ({ backgroundColor: token("--overlay"), borderColor: token("--rule"), textStyle: { color: token("--text"), fontSize: 12 }, confine: true, className: "chart-tip" });

function tooltip(categories: string[], series: Series[], exact: Exact, token: Token, f: Formats, shares = false) {
  const coloured = colours(series, token);
  return {
    trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { opacity: 0.06 } }, ...box(token),
    formatter: (points: { dataIndex: number }[]) => {
      const at = points[0]?.dataIndex ?? 0;
      const here = series.map((s, i) => ({ name: s.name, colour: coloured[i], value: s.values[at] })).filter((row) => row.value !== undefined && position(row.value) !== 0);
      const total = sum(here.map((row) => row.value!));
      const rows = here.sort((a, b) => position(b.value!) - position(a.value!)).slice(0, 14)
        .map((row) => ({ ...row, value: exact(row.value) + (shares && position(total) > 0 ? ` · ${f.percent(ratio(row.value!, total) ?? "0", 0)}` : "") }));
      return card(categories[at] ?? "", shares && here.length > 1 ? [...rows, { name: "Σ", value: exact(total) }] : rows);
    },
  };
}

/** The inside of a tooltip; an element and no text, so that names of customers stay text. */
function card(title: string, rows: { name: string; value: string; colour?: string }[]): HTMLElement {
  const whole = document.createElement("div");
  const add = (to: HTMLElement, tag: string, className: string, text = "") => {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return to.appendChild(made);
  };
  add(whole, "div", "chart-tip-title", title);
  for (const row of rows) {
    const line = add(whole, "div", "chart-tip-row");
    if (row.colour) add(line, "span", "chart-tip-mark").style.background = row.colour;
    add(line, "span", "chart-tip-name", row.name);
    add(line, "span", "num", row.value);
  }
  return whole;
}
