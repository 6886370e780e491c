import { Anchor, Button, Group, SegmentedControl, Text } from "@mantine/core";
import { IconFileInvoice, IconFileZip } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { monthBefore, usePeriod } from "../../ui/period";
import { Empty, Failed, Notice } from "../../ui/state";
import { type BulkAction, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { ExportDrawer } from "../file/export";
import { useBulk } from "./bulk";
import { useColumns } from "./columns";
import { Currencies } from "./currencies";
import { ResultWindow } from "./result";
import { goneOf, isIn, type Row, rowsOf, stepsOf, type Step, type View, views } from "./rows";
import { SendingWindow } from "./sending";

/** The documents of a month, or of all, and what is done with several in one go. */
export default function Invoices() {
  const t = useWords("invoice");
  const f = useFormats();
  const can = useCan();
  const go = useNavigate();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const everything = params.get("months") === "all";
  const view = views.find((v) => v === params.get("view")) ?? "all";
  const currency = params.get("currency");

  const invoices = useAll("/api/v1/invoices", everything ? undefined : { params: { query: { period } } });
  const comparisons = useAll("/api/v1/months/{period}/comparisons", { params: { path: { period } } }, { when: !everything });
  const findings = useAll("/api/v1/months/{period}/findings", { params: { path: { period } } }, { when: !everything && can("months.read") });
  const bulk = useBulk();
  const [sending, setSending] = useState<Row[]>([]);

  const all = useMemo(() => invoices.data && rowsOf(invoices.data.rows, comparisons.data?.rows ?? [], findings.data?.rows ?? []), [invoices.data, comparisons.data, findings.data]);
  const rows = useMemo(() => all?.filter((r) => isIn(view, r) && (!currency || r.invoice.currency === currency)), [all, view, currency]);
  const gone = everything ? [] : goneOf(comparisons.data?.rows ?? []);
  const columns = useColumns(everything);
  const actions = useActions(bulk, setSending);
  const put = (name: string, value: string | undefined) => setParams((before) => {
    const next = new URLSearchParams(before);
    if (value) next.set(name, value);
    else next.delete(name);
    return next;
  });

  return (
    <Page
      wide title={t("title")} question={everything ? t("questionAll") : t("question", { month: f.period(period) })}
      actions={!everything && !!all?.length && (
        <Button variant="default" leftSection={<IconFileZip size={16} aria-hidden />} onClick={() => put("show", "export")}>{t("archive.button")}</Button>
      )}
    >
      {all && all.length > 0 && <Currencies rows={all} chosen={currency} choose={(c) => put("currency", c)} />}
      {gone.length > 0 && (
        <Notice tone="warn" title={t("gone.title", { count: gone.length, month: f.period(monthBefore(period)) })}>
          {gone.map((c, i) => (
            <span key={c.before.documents[0]}>
              {i > 0 && " · "}
              <Anchor component={Link} to={`/invoices/${encodeURIComponent(c.before.documents[0] ?? "")}`}>{c.before.buyer ?? c.before.group}</Anchor>
              {` (${f.money(c.before.total, c.before.currency ?? "USD", c.before.digits)})`}
            </span>
          ))}
        </Notice>
      )}
      {invoices.isError ? <Failed error={invoices.error} again={() => void invoices.refetch()} /> : (
        <Card flush label={t("title")}>
          <DataTable
            name="invoices" label={t("title")} columns={columns} rows={rows} rowKey={(r) => r.invoice.id} bulk={actions}
            onOpen={(r) => void go(`/invoices/${encodeURIComponent(r.invoice.id)}`)}
            mark={(r) => (r.unexpected.length ? "warn" : r.invoice.standing.position === "overdue" ? "bad" : r.invoice.standing.position === "voided" ? "quiet" : undefined)}
            tools={(
              <Group gap="xs">
                <Views rows={all ?? []} view={view} choose={(v) => put("view", v === "all" ? undefined : v)} />
                <SegmentedControl size="xs" aria-label={t("months.label")} value={everything ? "all" : "one"} onChange={(v) => put("months", v === "all" ? "all" : undefined)} data={[{ value: "one", label: f.period(period, true) }, { value: "all", label: t("months.all") }]} />
              </Group>
            )}
            empty={view === "all" && !currency
              ? <Empty icon={IconFileInvoice} title={t("none.title", { month: f.period(period) })} action={can("months.read") && <Button component={Link} to="/month">{t("none.toMonth")}</Button>}>{t("none.help")}</Empty>
              : <Empty icon={IconFileInvoice} title={t("none.here")} action={<Button variant="default" onClick={() => setParams((before) => { const next = new URLSearchParams(before); next.delete("view"); next.delete("currency"); return next; })}>{t("none.all")}</Button>} />}
          />
        </Card>
      )}
      {invoices.data?.cut && <Text c="dimmed">{t("cut")}</Text>}
      <ResultWindow result={bulk.result} close={bulk.close} names={new Map(all?.map((r) => [r.invoice.id, r.invoice.buyer]))} goOn={(result, ids) => void bulk.run(result.verb, ids, result.sending)} />
      <ExportDrawer period={period} opened={!everything && params.get("show") === "export"} close={() => put("show", undefined)} />
      <SendingWindow rows={sending} close={() => setSending([])} record={(how) => void bulk.run("sent", sending.map((r) => r.invoice.id).sort(), how)} />
    </Page>
  );
}

/** Which documents are shown, by where they stand: only what there is. */
function Views({ rows, view, choose }: { rows: Row[]; view: View; choose: (view: View) => void }) {
  const t = useWords("invoice");
  const counted = views.map((v) => ({ v, count: rows.filter((r) => isIn(v, r)).length })).filter(({ v, count }) => v === "all" || v === view || count > 0);
  return (
    <Group gap={4} role="group" aria-label={t("view.label")}>
      {counted.map(({ v, count }) => (
        <Button key={v} size="compact-sm" variant={v === view ? "light" : "subtle"} color={v === view ? undefined : "gray"} aria-pressed={v === view} onClick={() => choose(v)}>
          {t(`view.${v}`)}<Text span size="xs" ml={6} className="num" c="dimmed">{count}</Text>
        </Button>
      ))}
    </Group>
  );
}

/** The bulk actions that somebody may do, refused where one of the marked rows does not allow it. */
function useActions(bulk: ReturnType<typeof useBulk>, send: (rows: Row[]) => void): BulkAction<Row>[] {
  const t = useWords("invoice");
  const can = useCan();
  const only = (step: Step) => (rows: Row[]) => {
    const not = rows.filter((r) => !stepsOf(r).includes(step));
    return not.length ? t("notAll", { count: not.length, name: not[0]!.invoice.buyer }) : undefined;
  };
  const actions: (BulkAction<Row> & { needs: string })[] = [
    { needs: "findings.waive", label: t("do.accept"), refused: only("accept"), do: (rows) => void bulk.accept(rows) },
    { needs: "invoices.approve", label: t("do.approve"), refused: only("approve"), do: (rows) => void bulk.ask("approve", rows) },
    { needs: "invoices.issue", label: t("do.issue"), tone: "primary", refused: only("issue"), do: (rows) => void bulk.ask("issue", rows) },
    { needs: "invoices.send", label: t("do.publish"), refused: only("publish"), do: (rows) => void bulk.ask("publish", rows) },
    { needs: "invoices.send", label: t("do.unpublish"), refused: only("unpublish"), do: (rows) => void bulk.ask("unpublish", rows) },
    { needs: "invoices.send", label: t("do.sent"), refused: only("sent"), do: send },
    { needs: "months.run", label: t("do.draft"), refused: only("draft"), do: (rows) => void bulk.draft(rows) },
  ];
  return actions.filter((a) => can(a.needs));
}
