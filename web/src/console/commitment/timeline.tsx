import { Box, SegmentedControl } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import { useNavigate, useSearchParams } from "react-router";

import { type Schema, useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { Answer, Empty } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { placeOf } from "./hours";
import { CommitmentLink, commitmentPath, Ends, useCodes, useCovers, useGroupName, Used } from "./words";

type Course = Schema<"CommitmentCourse">;

/** All commitments from their begin to their end; what ends soon can be picked out. */
export function Timeline() {
  const t = useWords("commitment");
  const [params, setParams] = useSearchParams();
  const expiring = ["30", "60", "90"].find((d) => d === params.get("expiring"));
  const all = useAll("/api/v1/commitments/timeline");
  const choose = (days: string) => setParams((before) => { const p = new URLSearchParams(before); if (days) p.set("expiring", days); else p.delete("expiring"); return p; }, { replace: true });
  return (
    <Card flush label={t("tab.timeline")}>
      <Answer of={all} lines={10}>
        {({ rows }) => {
          const within = (days: number) => rows.filter((c) => c.state === "active" && c.days_left !== undefined && c.days_left <= days);
          return (
            <Courses
              rows={expiring ? within(Number(expiring)) : rows}
              tools={<SegmentedControl size="xs" aria-label={t("expiring.label")} value={expiring ?? ""} onChange={choose} data={[{ value: "", label: t("expiring.all", { count: rows.length }) }, ...[30, 60, 90].map((d) => ({ value: String(d), label: t("expiring.within", { days: d, count: within(d).length }) }))]} />}
            />
          );
        }}
      </Answer>
    </Card>
  );
}

function Courses({ rows, tools }: { rows: Course[]; tools: ReactNode }) {
  const t = useWords("commitment");
  const covers = useCovers();
  const code = useCodes();
  const group = useGroupName();
  const go = useNavigate();
  const columns = useMemo((): Column<Course>[] => {
    const times = rows.flatMap((c) => [c.start, c.end]).filter((x) => x !== undefined).sort();
    const [from, to] = [times[0] ?? "", times.at(-1) ?? ""];
    const last = (c: Course) => c.months.at(-1);
    return [
      { id: "id", title: t("column.id"), value: (c) => c.id, show: (c) => <CommitmentLink id={c.id} />, width: 128 },
      { id: "kind", title: t("column.kind"), value: (c) => code("kind", c.kind), hidden: true },
      { id: "covers", title: t("column.covers"), value: (c) => covers(c), show: (c) => <span style={{ whiteSpace: "nowrap" }}>{covers(c)}</span> },
      { id: "group", title: t("column.group"), value: (c) => c.owner_groups.map(group).join(", "), width: 122 },
      { id: "course", title: t("column.course"), width: 220, value: (c) => c.end, show: (c) => <Course course={c} from={from} to={to} /> },
      { id: "start", title: t("column.start"), kind: "day", value: (c) => c.start, hidden: true },
      { id: "end", title: t("column.end"), kind: "day", value: (c) => c.end },
      { id: "days", title: t("column.state"), value: (c) => c.days_left, show: (c) => <Ends days={c.days_left} state={c.state} /> },
      { id: "used", title: t("column.lastUsed"), kind: "percent", value: (c) => last(c)?.utilization_percent, show: (c) => <Used percent={last(c)?.utilization_percent} /> },
      { id: "cost", hidden: true, title: t("column.lastCost"), kind: "amount", currency: (c) => c.currency, value: (c) => last(c)?.cost },
      { id: "unused", title: t("column.lastUnused"), kind: "amount", currency: (c) => c.currency, value: (c) => last(c)?.unused_cost },
    ];
  }, [rows, t, covers, code, group]);
  return <DataTable name="commitment-timeline" label={t("tab.timeline")} columns={columns} rows={rows} rowKey={(c) => `${c.payer} ${c.id}`} sort="end" tools={tools} onOpen={(c) => void go(commitmentPath(c.id))} empty={<Empty title={t("expiring.none")} />} />;
}

/** The time that a commitment runs, among all of them, with today as a line. */
function Course({ course, from, to }: { course: Course; from: string; to: string }) {
  const t = useWords("commitment");
  const f = useFormats();
  if (!course.start || !course.end) return <span className="soft">–</span>;
  const [left, right] = [placeOf(course.start, from, to) * 100, placeOf(course.end, from, to) * 100];
  const days = course.days_left ?? 9999;
  const colour = course.state !== "active" ? "var(--series-other)" : days <= 30 ? "var(--bad)" : days <= 90 ? "var(--series-2)" : "var(--series-1)";
  return (
    <Box role="img" aria-label={t("fromTo", { from: f.day(course.start), to: f.day(course.end) })} title={t("fromTo", { from: f.day(course.start), to: f.day(course.end) })} style={{ position: "relative", height: 14, minWidth: 200, background: "var(--sunken)", borderRadius: 4 }}>
      <span style={{ position: "absolute", top: 3, bottom: 3, left: `${left}%`, width: `max(3px, ${right - left}%)`, background: colour, borderRadius: 3 }} />
      <span style={{ position: "absolute", top: 0, bottom: 0, left: `${placeOf(new Date().toISOString(), from, to) * 100}%`, width: 1.5, background: "var(--text)" }} />
    </Box>
  );
}
