import { Anchor, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCircleDashed, IconClock } from "@tabler/icons-react";
import { Link } from "react-router";

import type { Schema } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";
import { type Facts, holding, type Payer, reached, sorted } from "./facts";
import classes from "./month.module.css";

type Standing = "done" | "now" | "stuck" | "later";

const signs = { done: IconCheck, now: IconClock, stuck: IconAlertTriangle, later: IconCircleDashed };

/** How far the month is: each payer's data on the left, the documents that come of all of them on the right. */
export function Track({ facts, calendar }: { facts: Facts; calendar: Schema<"PipelineCalendarEntry">[] }) {
  const t = useWords("month");
  return (
    <div className={classes.track}>
      <table className={classes.payers}>
        <caption className="sr-only">{t("track.payers")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("track.payer")}</th>
            <th scope="col">{t("track.collected")}</th>
            <th scope="col">{t("track.ready")}</th>
            <th scope="col">{t("track.rated")}</th>
          </tr>
        </thead>
        <tbody>{facts.payers.map((p) => <PayerRow key={p.payer} payer={p} facts={facts} calendar={calendar} />)}</tbody>
      </table>
      {facts.documents && <Documents facts={facts} />}
    </div>
  );
}

function PayerRow({ payer, facts, calendar }: { payer: Payer; facts: Facts; calendar: Schema<"PipelineCalendarEntry">[] }) {
  const t = useWords("month");
  const f = useFormats();
  const at = reached(payer);
  const lines = payer.invoiced_usage_lines + payer.open_usage_lines;
  const usual = calendar.find((c) => c.payer === payer.payer && c.part === "usage");
  const held = holding(facts.status.findings).length;
  const priced = !!facts.status.rated;
  return (
    <tr>
      <th scope="row">
        <Text span fw={600} size="md">{payer.name || payer.payer}</Text>
        <Text size="xs" c="dimmed" className="id">{payer.name ? payer.payer : payer.provider}</Text>
      </th>
      <Mark standing={at.collected ? "done" : "now"}>{at.collected ? t("track.lines", { count: lines, lines: f.number(lines) }) : t("track.nothing")}</Mark>
      <Mark standing={at.ready ? "done" : usual?.standing === "late" ? "stuck" : at.collected ? "now" : "later"}>
        {at.ready ? t("track.final") : payer.open_usage_lines > 0 ? t("track.open", { lines: f.number(payer.open_usage_lines) }) : usual ? t("track.usual", { day: f.shortDay(usual.day) }) : t("track.waiting")}
      </Mark>
      <Mark standing={at.closed ? "done" : at.rated && held > 0 ? "stuck" : at.rated || priced ? "now" : "later"}>
        {at.closed ? t("track.proved") : at.rated && held > 0 ? t("track.held", { count: held }) : facts.status.preview && priced ? t("track.preview") : at.rated ? t("track.priced") : t("track.later")}
      </Mark>
    </tr>
  );
}

function Mark({ standing, children }: { standing: Standing; children: string }) {
  const t = useWords("month");
  const Sign = signs[standing];
  return (
    <td data-standing={standing}>
      <span className={classes.mark} role="img" aria-label={t(`track.standing.${standing}`)}><Sign size={14} stroke={2.4} aria-hidden /></span>
      <span className={classes.detail}>{children}</span>
    </td>
  );
}

/** How many documents have come how far. */
function Documents({ facts }: { facts: Facts }) {
  const t = useWords("month");
  const f = useFormats();
  const all = facts.documents?.length ?? 0;
  const d = sorted(facts);
  const approved = d.approved.length + d.issued.length;
  const steps = [
    { id: "drafted", count: all, to: "/invoices" },
    { id: "approved", count: approved, to: "/invoices?view=approved" },
    { id: "issued", count: d.issued.length, to: "/invoices?view=issued" },
    { id: "published", count: d.issued.length - d.unpublished.length, to: "/invoices?view=issued" },
  ] as const;
  return (
    <ol className={classes.documents} aria-label={t("track.documents")}>
      {steps.map((s) => {
        const whole = all > 0 && s.count === all;
        return (
          <li key={s.id} data-standing={whole ? "done" : s.count > 0 ? "now" : "later"}>
            <Text size="xs" className={classes.head}>{t(`track.${s.id}`)}</Text>
            <Text lh={1.25}>
              <Anchor component={Link} to={s.to} className={`${classes.count} num`} underline="hover" aria-label={t(`track.count.${s.id}`, { count: s.count, all })}>{f.number(s.count)}</Anchor>
              {all > 0 && s.id !== "drafted" && <Text span size="xs" c="dimmed" className="num">{` / ${f.number(all)}`}</Text>}
            </Text>
            <span className={classes.bar} aria-hidden><span style={{ width: `${all ? Math.round((s.count / all) * 100) : 0}%` }} /></span>
            {s.id === "drafted" && facts.status.preview && all > 0 && <Text size="xs" c="dimmed">{t("track.previews")}</Text>}
            {s.id === "approved" && all > 0 && !facts.approval?.match(/^(required|four-eyes)$/) && <Text size="xs" c="dimmed">{t("track.optional")}</Text>}
            {s.id === "approved" && facts.approval === "four-eyes" && <Text size="xs" c="dimmed">{t("track.fourEyes")}</Text>}
          </li>
        );
      })}
    </ol>
  );
}
