import { Button, CopyButton, Drawer, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy, IconMailCheck, IconPrinter } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";

import { type Schema, useChange } from "../../api/query";
import { sum } from "../../ui/decimal";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Empty, Failed, State, useExplain } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { useNames } from "../payment/payment_table";
import classes from "./receivable.module.css";

type Due = Schema<"DueReminder">;

/** The letters that are due: each can be read, copied and printed; then it is recorded that it was written. */
export function Reminders({ of, day }: { of: UseQueryResult<{ rows: Due[]; cut: boolean }, Error>; day: string | undefined }) {
  const t = useWords("receivable");
  const can = useCan();
  const [params, setParams] = useSearchParams();
  const record = useRecord(day);
  const columns = useColumns();
  const key = (r: Due) => `${r.invoice} ${r.step}`;
  const open = of.data?.rows.find((r) => key(r) === params.get("letter"));
  const show = (r: Due | undefined) => setParams((before) => { const next = new URLSearchParams(before); if (r) next.set("letter", key(r)); else next.delete("letter"); return next; });
  if (of.isError) return <Failed error={of.error} again={() => void of.refetch()} />;
  return (
    <>
      <Card flush label={t("tab.reminders")}>
        <DataTable
          name="reminders" label={t("tab.reminders")} columns={columns} rows={of.data?.rows} rowKey={key} sort="-days" onOpen={show}
          bulk={can("invoices.send") ? [{ label: t("reminder.record"), tone: "primary", icon: <IconMailCheck size={15} />, do: (rows) => void record(rows) }] : undefined}
          empty={<Empty icon={IconMailCheck} title={t("reminder.none")}>{t("reminder.noneHelp")}</Empty>}
        />
      </Card>
      <Letter due={open} close={() => show(undefined)} record={can("invoices.send") ? (r, place) => record([r], place).then((done) => { if (done) show(undefined); }) : undefined} />
    </>
  );
}

/** Asks, and records that letters were written, in the order of the list; the first that is refused ends it. */
function useRecord(day: string | undefined) {
  const t = useWords("receivable");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const change = useChange("post", "/api/v1/reminders", { refreshes: ["/api/v1/reminders", "/api/v1/invoices", "/api/v1/audit"] });
  return async (rows: Due[], place?: string): Promise<boolean> => {
    const amounts = [...new Set(rows.map((r) => r.currency))].map((c) => f.money(sum(rows.filter((r) => r.currency === c).map((r) => r.open)), c));
    const yes = await confirm({ title: t("reminder.askTitle", { count: rows.length }), yes: t("reminder.askYes", { count: rows.length }), children: t("reminder.askHelp", { amounts: f.list(amounts) }) });
    if (!yes) return false;
    try {
      const done = await change.mutateAsync({ body: { as_of: day, reminders: rows.map((r) => ({ invoice: r.invoice, step: r.step, place: place || undefined })) } });
      const written = done.changes.length;
      if (done.refused) refused(t("reminder.partly", { done: written, of: rows.length }), done.refused.detail);
      else told(t("reminder.done", { count: written }));
      return !done.refused;
    } catch (error) {
      refused(t("reminder.not"), explain(error));
      return false;
    }
  };
}

function useColumns(): Column<Due>[] {
  const t = useWords("receivable");
  const names = useNames();
  return useMemo((): Column<Due>[] => [
    { id: "customer", title: t("column.customer"), value: (r) => names.get(r.customer) ?? r.customer },
    { id: "number", title: t("reminder.invoice"), kind: "id", value: (r) => r.number },
    { id: "step", title: t("reminder.step"), value: (r) => r.step, show: (r) => <State tone={r.step > 2 ? "bad" : r.step > 1 ? "warn" : "info"}>{t("reminder.stepOf", { step: r.step })}</State> },
    { id: "due", title: t("statement.due"), kind: "day", value: (r) => r.due_date },
    { id: "days", title: t("reminder.days"), kind: "number", value: (r) => r.days_overdue },
    { id: "open", title: t("reminder.open"), kind: "amount", value: (r) => r.open, currency: (r) => r.currency, total: true },
    { id: "letter", title: t("reminder.letter"), value: (r) => r.letter.split("\n")[0], show: (r) => <Text size="sm" c="dimmed" lineClamp={1}>{r.letter.split("\n")[0]}</Text> },
  ], [t, names]);
}

function Letter({ due, close, record }: { due: Due | undefined; close: () => void; record?: (due: Due, place: string) => Promise<void> }) {
  const t = useWords("receivable");
  const ui = useWords("ui");
  const [place, setPlace] = useState("");
  return (
    <Drawer opened={!!due} onClose={close} position="right" size={720} title={<Text fw={620} size="lg">{due ? t("reminder.letterOf", { number: due.number }) : ""}</Text>} closeButtonProps={{ "aria-label": ui("close") }} overlayProps={{ backgroundOpacity: 0.15 }}>
      {due && (
        <Stack gap="md">
          <Group gap="xs" className="no-print">
            <CopyButton value={due.letter}>{({ copied, copy }) => <Button variant="default" size="compact-sm" leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />} onClick={copy}>{copied ? ui("copied") : ui("copy")}</Button>}</CopyButton>
            <Button variant="default" size="compact-sm" leftSection={<IconPrinter size={14} />} onClick={() => window.print()}>{t("statement.print")}</Button>
            <Button component={Link} to={`/invoices/${encodeURIComponent(due.invoice)}`} variant="subtle" size="compact-sm">{t("reminder.toInvoice")}</Button>
          </Group>
          <pre className={classes.letter}>{due.letter}</pre>
          {record && (
            <form className="no-print" onSubmit={(e) => { e.preventDefault(); void record(due, place.trim()); }}>
              <Group align="flex-end" gap="sm">
                <TextInput style={{ flex: 1 }} label={t("reminder.place")} description={t("reminder.placeHelp")} value={place} onChange={(e) => setPlace(e.currentTarget.value)} />
                <Button type="submit" leftSection={<IconMailCheck size={16} />}>{t("reminder.record")}</Button>
              </Group>
            </form>
          )}
        </Stack>
      )}
    </Drawer>
  );
}
