import { Anchor, Box, Button, Divider, Group, Menu, Stack, Text } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { useAsk } from "../../api/query";
import { Amount, Change } from "../../ui/amount";
import { isZero, minus } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Facts } from "../../ui/page";
import { Failed, Notice, Waiting } from "../../ui/state";
import { hasWord, useWords } from "../../words/words";
import { Files } from "../file/card";
import { DocumentState } from "../group/document_state";
import { HandedOver } from "../handover/document/card";
import type { useBulk } from "./bulk";
import { useCorrections } from "./correct";
import classes from "./invoice.module.css";
import { Settled } from "./settled";
import { type Listed, type Row, stepsOf, type Step } from "./rows";
import { SendingWindow } from "./sending";

/** Beside the document: where it stands and what is next, what is not as expected, what changed, what is paid, what it belongs to. */
export function Rail({ row, chain, bulk }: { row: Row; chain: Listed[]; bulk: ReturnType<typeof useBulk> }) {
  const t = useWords("invoice");
  const can = useCan();
  const { invoice } = row;
  return (
    <Box component="aside" className={`${classes.rail} no-print`} aria-label={t("rail.label")}>
      <Standing row={row} bulk={bulk} />
      <Outdated invoice={invoice} redraft={can("months.run") ? () => void bulk.draft([row]) : undefined} />
      <Unexpected row={row} />
      <ToMonthBefore invoice={invoice} />
      {invoice.state !== "draft" && can("payments.read") && <Settled invoice={invoice} />}
      {invoice.state === "issued" && <HandedOver invoice={invoice} />}
      {chain.length > 1 && <Chain chain={chain} own={invoice.id} />}
      <Files invoice={invoice} />
    </Box>
  );
}

const needs: Record<Step, string> = {
  accept: "findings.waive", draft: "months.run", approve: "invoices.approve", issue: "invoices.issue", publish: "invoices.send", unpublish: "invoices.send", sent: "invoices.send", void: "invoices.draft", writeOff: "invoices.issue",
};

/** Where it stands, what is open, and the next step as the one button; the rest is behind a menu. */
function Standing({ row, bulk }: { row: Row; bulk: ReturnType<typeof useBulk> }) {
  const t = useWords("invoice");
  const f = useFormats();
  const can = useCan();
  const { invoice } = row;
  const [sending, setSending] = useState(false);
  const corrections = useCorrections(invoice);
  const steps = stepsOf(row).filter((s) => can(needs[s]));
  const forward: Step[] = ["accept", "approve", "issue", "publish", ...(invoice.standing.position === "published" ? ["sent" as const] : [])];
  const next = steps.find((s) => forward.includes(s));
  const more = steps.filter((s) => s !== next);
  const act = (step: Step) => {
    if (step === "accept") void bulk.accept([row]);
    else if (step === "draft") void bulk.draft([row]);
    else if (step === "sent") setSending(true);
    else if (step === "void") void corrections.void();
    else if (step === "writeOff") void corrections.writeOff();
    else void bulk.ask(step, [row]);
  };
  return (
    <Card label={t("rail.standing")}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div>
            <Text size="sm" c="dimmed">{t("column.total")}</Text>
            <Text fz="1.5rem" fw={620} lh={1.2}><Amount value={invoice.total} currency={invoice.currency} digits={invoice.digits} /></Text>
          </div>
          <DocumentState invoice={invoice} />
        </Group>
        <Facts of={[
          ...(invoice.state === "draft" ? [] : [
            [t("column.open"), <Amount key="o" value={invoice.standing.open} currency={invoice.currency} digits={invoice.digits} strong={!isZero(invoice.standing.open)} />] as [string, React.ReactNode],
            [t("column.issued"), f.day(invoice.issue_date ?? "")] as [string, React.ReactNode],
          ]),
          ...(invoice.due_date ? [[t("column.due"), <>{f.day(invoice.due_date)}{invoice.standing.days_overdue ? <Text span size="sm" c="var(--bad)">{` · ${t("daysOver", { count: invoice.standing.days_overdue })}`}</Text> : null}</>] as [string, React.ReactNode]] : []),
          ...(invoice.standing.sent ? [[t("column.sent"), f.day(invoice.standing.sent)] as [string, React.ReactNode]] : []),
          ...(invoice.standing.reminders ? [[t("column.reminders"), f.number(invoice.standing.reminders)] as [string, React.ReactNode]] : []),
          ...(invoice.payable !== invoice.total ? [[t("rail.payable"), <Amount key="p" value={invoice.payable} currency={invoice.currency} digits={invoice.digits} />] as [string, React.ReactNode]] : []),
        ]} />
        {invoice.preview && <Notice tone="info">{t("rail.preview")}</Notice>}
        {(next || more.length > 0) && (
          <Group gap="xs" wrap="nowrap">
            {next && <Button style={{ flex: 1 }} onClick={() => act(next)}>{t(`do.${next}`)}</Button>}
            {more.length > 0 && (
              <Menu position="bottom-end">
                <Menu.Target><Button variant="default" px="xs" style={{ flex: next ? undefined : 1 }} aria-label={t("rail.more")}>{next ? <IconDots size={17} /> : t("rail.more")}</Button></Menu.Target>
                <Menu.Dropdown>
                  {more.map((s) => <Menu.Item key={s} color={s === "void" || s === "writeOff" ? "red" : undefined} onClick={() => act(s)}>{t(`do.${s}`)}</Menu.Item>)}
                </Menu.Dropdown>
              </Menu>
            )}
          </Group>
        )}
        {next && <Text size="sm" c="dimmed">{t(`next.${next}` as "next.approve")}</Text>}
      </Stack>
      <SendingWindow rows={sending ? [row] : []} close={() => setSending(false)} record={(how) => void bulk.run("sent", [invoice.id], how)} />
    </Card>
  );
}

/** Says that the draft would become another one if it were made now. */
function Outdated({ invoice, redraft }: { invoice: Listed; redraft?: () => void }) {
  const t = useWords("invoice");
  const f = useFormats();
  const needs = useAsk("/api/v1/months/{period}/needs", { params: { path: { period: invoice.period } } }, { when: invoice.state === "draft" });
  const own = needs.data?.drafts?.find((d) => d.id === invoice.id);
  if (needs.data?.rating?.length) return <Notice tone="warn" title={t("outdated.rating")} action={<Button component={Link} to="/month" size="compact-sm" variant="default">{t("outdated.toMonth")}</Button>}>{needs.data.rating.join(" · ")}</Notice>;
  if (!own) return null;
  return (
    <Notice tone="warn" title={t("outdated.title", { amount: f.money(own.total.after, own.currency, own.digits), change: f.change(own.total.difference, own.currency, own.digits) })} action={redraft && <Button size="compact-sm" variant="default" onClick={redraft}>{t("do.draft")}</Button>}>
      {own.why.join(" · ")}
    </Notice>
  );
}

function Unexpected({ row }: { row: Row }) {
  const t = useWords("invoice");
  const f = useFormats();
  const all = [...row.unexpected, ...row.accepted];
  if (all.length === 0) return null;
  return (
    <Card title={t("rail.findings")}>
      <Stack gap="sm">
        {all.map((x) => (
          <Notice key={x.id} tone={x.waived ? "quiet" : "warn"} title={hasWord("invoice", `finding.${x.code}`) ? t(`finding.${x.code}` as "finding.expect-change") : x.code}>
            <div className="num">{[x.subject.split(" ").slice(1).join(" "), f.money(x.amount, x.currency ?? row.invoice.currency, row.invoice.digits)].filter(Boolean).join(" · ")}</div>
            <Text size="sm" c="dimmed">{x.message.split(". Look at `")[0]}</Text>
            {x.waived && <Text size="sm" mt={4}>{t("acceptedBy", { who: x.waived.by, when: f.time(x.waived.at), reason: x.waived.reason })}</Text>}
          </Notice>
        ))}
      </Stack>
    </Card>
  );
}

/** The biggest differences to the month before, in short. */
function ToMonthBefore({ invoice }: { invoice: Listed }) {
  const t = useWords("invoice");
  const f = useFormats();
  const id = invoice.id;
  const comparison = useAsk("/api/v1/invoices/{id}/comparison", { params: { path: { id } } }, { when: invoice.standing.position !== "voided" });
  if (invoice.standing.position === "voided") return null;
  const c = comparison.data;
  const parts = c?.parts.filter((p) => !p.of && !isZero(p.difference) && leaves.includes(p.part)) ?? [];
  return (
    <Card title={c?.before.period ? t("rail.before", { month: f.period(c.before.period) }) : t("rail.beforeNone")}>
      {comparison.isError ? <Failed error={comparison.error} /> : !c ? <Waiting lines={3} /> : c.before.documents.length === 0
        ? <Text c="dimmed">{t("rail.first")}</Text>
        : (
          <Stack gap={6}>
            <Group justify="space-between" wrap="nowrap">
              <Text c="dimmed" className="num">{f.money(c.before.total, c.before.currency ?? invoice.currency, c.before.digits)}{" → "}{f.money(c.now.total, c.now.currency ?? invoice.currency, c.now.digits)}</Text>
              {!c.by_cost && <Text fw={600}><Change value={minus(c.now.total, c.before.total)} before={c.before.total} currency={invoice.currency} digits={invoice.digits} /></Text>}
            </Group>
            {c.by_cost && <Text size="sm" c="dimmed">{t("comparison.byCost")}</Text>}
            <Divider />
            {parts.map((p) => <Line key={p.part} label={t(`part.${p.part}` as "part.usage")} value={<Change value={p.difference} currency={p.currency} digits={p.currency === invoice.currency ? invoice.digits : undefined} />} />)}
            {parts.length === 0 && <Text c="dimmed">{t("comparison.same")}</Text>}
            {c.services.some((s) => !isZero(s.difference)) && <Text size="sm" c="dimmed" mt={4}>{t("rail.services")}</Text>}
            {c.services.filter((s) => !isZero(s.difference)).slice(0, 4).map((s) => <Line key={`${s.kind} ${s.service}`} label={s.service} value={<Change value={s.difference} before={s.before} currency={s.currency} digits={s.currency === invoice.currency ? invoice.digits : undefined} />} />)}
            <Anchor component={Link} to="?tab=comparison" size="sm">{t("rail.all")}</Anchor>
          </Stack>
        )}
    </Card>
  );
}

// Parts that are no sums of others.
const leaves = ["usage", "support", "agency", "discounts", "billing services", "shortfalls", "additional items", "coupons", "tax", "prepaid", "carried"];

function Line({ label, value }: { label: string; value: React.ReactNode }) {
  return <Group justify="space-between" wrap="nowrap" gap="sm" fz="sm"><span style={{ minWidth: 0, overflowWrap: "anywhere" }}>{label}</span>{value}</Group>;
}

/** The invoice and the notes that correct it, in their order, and what they come to together. */
function Chain({ chain, own }: { chain: Listed[]; own: string }) {
  const t = useWords("invoice");
  const sorted = [...chain].sort((a, b) => a.id.localeCompare(b.id, undefined, { numeric: true }));
  return (
    <Card title={t("rail.chain")}>
      <Stack gap={8}>
        {sorted.map((i) => (
          <Group key={i.id} justify="space-between" wrap="nowrap" gap="sm" aria-current={i.id === own ? "page" : undefined}>
            <div style={{ minWidth: 0 }}>
              <Text size="sm" fw={i.id === own ? 620 : undefined}>
                {i.id === own ? t(`kind.${i.document}` as "kind.invoice") : <Anchor component={Link} to={`/invoices/${encodeURIComponent(i.id)}`} size="sm">{t(`kind.${i.document}` as "kind.invoice")}</Anchor>}
              </Text>
              <Text size="xs" className="id soft">{i.number ?? i.id}</Text>
            </div>
            <Group gap="xs" wrap="nowrap"><DocumentState invoice={i} /><Amount value={i.total} currency={i.currency} digits={i.digits} /></Group>
          </Group>
        ))}
        <ChainTotal chain={sorted} />
      </Stack>
    </Card>
  );
}

function ChainTotal({ chain }: { chain: Listed[] }) {
  const t = useWords("invoice");
  const [first] = chain;
  if (!first || chain.some((i) => i.currency !== first.currency)) return null;
  const total = chain.reduce((sum, i) => minus(sum, minus("0", i.total)), "0");
  return <Group justify="space-between" pt={6} style={{ borderTop: "1px solid var(--rule-strong)" }}><Text size="sm" fw={600}>{t("rail.together")}</Text><Amount value={total} currency={first.currency} digits={first.digits} strong /></Group>;
}
