import { Anchor, Button, Drawer, Group, MultiSelect, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";

import { useAll, useChange } from "../../api/query";
import { Amount, Id } from "../../ui/amount";
import { compare } from "../../ui/decimal";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Facts } from "../../ui/page";
import { Notice, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { KindOf, useNames } from "./payment_table";
import { hasRest, type Payment, payableOf, spread, stands } from "./payments";
import { SpreadTable } from "./spread_table";

/** One entry: what it settles, what is left of it, and what can be done about it. */
export function PaymentDrawer({ payment, close, open }: { payment: Payment | undefined; close: () => void; open: (id: string) => void }) {
  const t = useWords("payment");
  const ui = useWords("ui");
  return (
    <Drawer opened={!!payment} onClose={close} position="right" size={520} title={<Text fw={620} size="lg">{payment ? t("one.title", { id: payment.id }) : ""}</Text>} closeButtonProps={{ "aria-label": ui("close") }} overlayProps={{ backgroundOpacity: 0.15 }}>
      {payment && <Inside key={payment.id} payment={payment} open={open} />}
    </Drawer>
  );
}

function Inside({ payment: p, open }: { payment: Payment; open: (id: string) => void }) {
  const t = useWords("payment");
  const f = useFormats();
  const can = useCan();
  const names = useNames();
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start">
        <div>
          <Text c="dimmed">{names.get(p.customer) ?? p.customer}</Text>
          <Text fz="1.5rem" fw={620}><Amount value={p.amount} currency={p.currency} /></Text>
        </div>
        <KindOf payment={p} />
      </Group>
      <Facts of={[
        [t("column.on"), f.day(p.on)],
        ...(p.payer ? [[t("column.payer"), p.payer] as [string, string]] : []),
        ...(p.reference ? [[t("column.reference"), p.reference] as [string, string]] : []),
        ...(p.method ? [[t("column.method"), p.method] as [string, string]] : []),
        [t("column.key"), <Id key="k" value={p.key} />],
        [t("column.by"), `${p.by}, ${f.time(p.at)}`],
        ...(p.reverses ? [[t("one.reverses"), <Anchor key="r" component="button" type="button" onClick={() => open(p.reverses!)}>{p.reverses}</Anchor>] as [string, React.ReactNode]] : []),
        ...(p.reversed_by ? [[t("one.reversedBy"), <Anchor key="b" component="button" type="button" onClick={() => open(p.reversed_by!)}>{p.reversed_by}</Anchor>] as [string, React.ReactNode]] : []),
      ]} />
      {p.kind !== "reversal" && (
        <Stack gap="xs" component="section">
          <Title order={3}>{t("one.settles")}</Title>
          {p.settles.map((s) => (
            <Group key={s.id} justify="space-between">
              <Anchor component={Link} to={`/invoices/${encodeURIComponent(s.id)}`}>{s.number}</Anchor>
              <Amount value={s.amount} currency={p.currency} />
            </Group>
          ))}
          <Group justify="space-between" pt={6} style={{ borderTop: "1px solid var(--rule-strong)" }}>
            <Text fw={600}>{t("column.unallocated")}</Text>
            <Amount value={p.unallocated} currency={p.currency} strong />
          </Group>
        </Stack>
      )}
      {can("payments.write") && hasRest(p) && <Allocate payment={p} />}
      {can("payments.write") && stands(p) && <Reverse payment={p} />}
    </Stack>
  );
}

/** Gives what is left to invoices: those that are chosen, else the oldest first. */
function Allocate({ payment: p }: { payment: Payment }) {
  const t = useWords("payment");
  const explain = useExplain();
  const groups = useAll("/api/v1/billing-groups");
  const invoices = useAll("/api/v1/invoices");
  const allocate = useChange("post", "/api/v1/payments/{id}/allocate", { refreshes: ["/api/v1/payments", "/api/v1/invoices", "/api/v1/ageing"] });
  const [chosen, setChosen] = useState<string[]>([]);
  const own = new Set((groups.data?.rows ?? []).filter((g) => g.customer === p.customer).map((g) => g.id));
  const open = payableOf(invoices.data?.rows ?? [], p.currency, own, p.unallocated);
  const asked = chosen.length ? chosen.flatMap((id) => open.filter((d) => d.id === id)) : open;
  const { given, rest } = spread(p.unallocated, asked);
  return (
    <Stack gap="xs" component="section">
      <Title order={3}>{t("allocate.title")}</Title>
      {invoices.data && open.length === 0 ? <Text c="dimmed">{t("allocate.none")}</Text> : (
        <form onSubmit={(e) => {
          e.preventDefault();
          allocate.mutate({ params: { path: { id: p.id } }, body: { documents: chosen.length ? chosen : undefined } }, { onSuccess: () => told(t("allocate.done", { count: given.length })) });
        }}>
          <Stack gap="sm">
            {allocate.isError && <Notice tone="bad">{explain(allocate.error)}</Notice>}
            <MultiSelect label={t("recording.documents")} description={t("recording.documentsHelp")} data={open.map((d) => ({ value: d.id, label: d.number ?? d.id }))} value={chosen} onChange={setChosen} clearable searchable />
            <SpreadTable given={given} rest={rest} currency={p.currency} />
            <Group justify="flex-end"><Button type="submit" disabled={given.length === 0} loading={allocate.isPending}>{t("allocate.yes", { count: given.length })}</Button></Group>
          </Stack>
        </form>
      )}
    </Stack>
  );
}

function Reverse({ payment: p }: { payment: Payment }) {
  const t = useWords("payment");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const reverse = useChange("post", "/api/v1/payments/{id}/reverse", { refreshes: ["/api/v1/payments", "/api/v1/invoices", "/api/v1/ageing"] });
  const amount = f.money(p.amount, p.currency);
  async function ask() {
    const yes = await confirm({
      title: t("reverse.title", { id: p.id }), yes: t("reverse.yes", { amount }), danger: true, reason: true,
      children: compare(p.amount, p.unallocated) === 0 ? t("reverse.helpFree", { amount }) : t("reverse.help", { amount, documents: f.list(p.settles.map((s) => s.number)) }),
    });
    if (!yes) return;
    reverse.mutate({ params: { path: { id: p.id } }, body: { reason: yes.reason } }, { onSuccess: () => told(t("reverse.done", { id: p.id })), onError: (error) => refused(t("reverse.not", { id: p.id }), explain(error)) });
  }
  return <Group><Button variant="default" color="red" onClick={() => void ask()}>{t("reverse.button")}</Button></Group>;
}
