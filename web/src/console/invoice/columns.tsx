import { Anchor, Group, Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconEye } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link } from "react-router";

import { Change } from "../../ui/amount";
import { useFormats } from "../../ui/format";
import type { Column } from "../../ui/table";
import { hasWord, useWords } from "../../words/words";
import { DocumentState } from "../group/document_state";
import type { Row } from "./rows";

export function useColumns(everything: boolean): Column<Row>[] {
  const t = useWords("invoice");
  const f = useFormats();
  return useMemo((): Column<Row>[] => [
    {
      id: "buyer", title: t("column.buyer"), width: 200, value: (r) => r.invoice.buyer,
      show: (r) => (
        <>
          <Anchor component={Link} to={`/invoices/${encodeURIComponent(r.invoice.id)}`} c="var(--text)" fw={560}>{r.invoice.buyer}</Anchor>
          {r.invoice.document !== "invoice" && <Text span size="xs" c="dimmed" ml={6}>{t(`kind.${r.invoice.document}` as "kind.credit-note")}</Text>}
        </>
      ),
    },
    { id: "group", title: t("column.group"), value: (r) => r.invoice.group, kind: "id", hidden: true },
    ...(everything ? [{ id: "period", title: t("column.month"), value: (r: Row) => r.invoice.period, show: (r: Row) => <span className="num">{f.period(r.invoice.period, true)}</span> }] : []),
    { id: "number", title: t("column.number"), value: (r) => r.invoice.number ?? r.invoice.id, show: (r) => <span className={r.invoice.number ? "id" : "id soft"} style={{ whiteSpace: "nowrap" }}>{r.invoice.number ?? r.invoice.id}</span> },
    {
      id: "state", title: t("column.state"), value: (r) => r.invoice.standing.position,
      show: (r) => (
        <Group gap={6} wrap="nowrap">
          <DocumentState invoice={r.invoice} />
          {r.invoice.standing.published && <Tooltip label={t("published")}><IconEye size={14} color="var(--soft)" aria-label={t("published")} /></Tooltip>}
        </Group>
      ),
    },
    { id: "total", title: t("column.total"), kind: "amount", value: (r) => r.invoice.total, currency: (r) => r.invoice.currency, total: true },
    ...(everything ? [] : [{
      id: "change", title: t("column.change"), kind: "amount" as const, value: (r: Row) => r.change?.difference,
      show: (r: Row) => <Changed row={r} />,
    }]),
    { id: "percent", title: t("column.percent"), kind: "number", hidden: true, value: (r) => r.change?.percent },
    { id: "open", title: t("column.open"), kind: "amount", value: (r) => (r.invoice.state === "draft" ? undefined : r.invoice.standing.open), currency: (r) => r.invoice.currency, total: true },
    {
      id: "due", title: t("column.due"), kind: "day", value: (r) => r.invoice.due_date,
      show: (r) => (r.invoice.due_date
        ? <span className="num">{f.day(r.invoice.due_date)}{r.invoice.standing.days_overdue ? <Text span size="xs" c="var(--bad)" ml={6}>{t("daysOver", { count: r.invoice.standing.days_overdue })}</Text> : null}</span>
        : <span className="soft">–</span>),
    },
    { id: "issued", title: t("column.issued"), kind: "day", value: (r) => r.invoice.issue_date, hidden: !everything },
    { id: "sent", title: t("column.sent"), kind: "day", value: (r) => r.invoice.standing.sent, hidden: true },
    { id: "reminders", title: t("column.reminders"), kind: "number", value: (r) => r.invoice.standing.reminders, hidden: true },
  ], [t, f, everything]);
}

/** The change to the month before; a sign and words where it is not what was expected. */
function Changed({ row }: { row: Row }) {
  const t = useWords("invoice");
  const { change, unexpected, accepted } = row;
  const about = unexpected.length ? unexpected : accepted;
  const said = about.map((x) => (hasWord("invoice", `finding.${x.code}`) ? t(`finding.${x.code}` as "finding.expect-change") : x.code));
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      {about.length > 0 && (
        <Tooltip label={`${t(unexpected.length ? "unexpected" : "acceptedAll")} ${[...new Set(said)].join(" · ")}`} multiline maw={360}>
          <IconAlertTriangle size={15} color={unexpected.length ? "var(--warn)" : "var(--soft)"} aria-label={`${t(unexpected.length ? "unexpected" : "acceptedAll")} ${[...new Set(said)].join(", ")}`} />
        </Tooltip>
      )}
      {change ? <Change value={change.difference} before={change.before} currency={change.currency} digits={row.invoice.currency === change.currency ? row.invoice.digits : undefined} /> : <span className="soft">{t("firstTime")}</span>}
    </Group>
  );
}
