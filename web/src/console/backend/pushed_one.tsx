import { Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { changeOnce, refresh, type Schema, useAsk } from "../../api/query";
import { Amount } from "../../ui/amount";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Facts } from "../../ui/page";
import { Answer, Notice, State, useExplain } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import type { Pushed } from "./known";
import { countTones } from "./pushed";
import { countOf } from "./pushed_state";

type Line = Schema<"PushedWhole">["bill"]["lines"][number];

/** One bill or register with its lines. */
export function PushedOne({ of, close }: { of: Pushed | undefined; close: () => void }) {
  const ui = useWords("ui");
  return (
    <Drawer opened={!!of} onClose={close} position="right" size="min(820px, 100vw)" title={of && <span className="id">{of.id}</span>} closeButtonProps={{ "aria-label": ui("close") }}>
      {of && <Whole of={of} close={close} />}
    </Drawer>
  );
}

function Whole({ of: p, close }: { of: Pushed; close: () => void }) {
  const t = useWords("backend");
  const f = useFormats();
  const can = useCan();
  const explain = useExplain();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const path = { source: p.source, period: p.period, id: p.id };
  const whole = useAsk("/api/v1/pushed/{source}/{period}/{id}", { params: { path } });
  const currency = (l: Line) => l.currency || whole.data?.bill.currency || "";
  const sums = Object.entries(p.sum);
  const columns: Column<Line & { at: number }>[] = [
    { id: "service", title: t("pushed.service"), value: (l) => l.service, show: (l) => <div>{l.service}{l.description && <Text size="xs" c="dimmed">{l.description}</Text>}</div> },
    { id: "category", title: t("pushed.category"), value: (l) => l.category },
    { id: "usage", title: t("pushed.usageType"), value: (l) => l.usage_type, hidden: true },
    { id: "region", title: t("pushed.region"), value: (l) => l.region, hidden: true },
    { id: "resource", title: t("pushed.resource"), kind: "id", value: (l) => l.resource, hidden: true },
    { id: "day", title: t("pushed.day"), kind: "day", value: (l) => l.day, hidden: !whole.data?.bill.lines.some((l) => l.day) },
    { id: "quantity", title: t("pushed.quantity"), kind: "number", value: (l) => l.quantity, show: (l) => (l.quantity ? <span className="num">{f.number(l.quantity)} <span className="soft">{l.unit}</span></span> : <span className="soft">–</span>) },
    { id: "amount", title: t("pushed.amount"), kind: "amount", value: (l) => l.amount, currency, total: true },
  ];
  async function remove() {
    const yes = await confirm({
      title: t("pushed.removeTitle", { id: p.id }), yes: t("pushed.remove"), danger: true,
      children: <>{sums.map(([c, a]) => <Text key={c}>{t("pushed.removeSum", { amount: f.money(a, c), month: f.period(p.period) })}</Text>)}<Text mt="xs">{t(p.kind === "bill" ? "pushed.removeBill" : "pushed.removeHelp")}</Text></>,
    });
    if (!yes) return;
    try {
      await changeOnce("delete", "/api/v1/pushed/{source}/{period}/{id}", { params: { path } });
      told(t("pushed.removed", { id: p.id }));
      await refresh(queries, ["/api/v1/pushed"]);
      close();
    } catch (error) {
      refused(t("pushed.notRemoved"), explain(error));
    }
  }
  return (
    <Stack gap="md">
      {!p.counts && <Notice tone={p.removed ? "warn" : "info"}>{t(p.removed ? "pushed.isRemoved" : "pushed.isReplaced")}</Notice>}
      <Facts of={[
        [t("column.state"), <State key="s" tone={countTones[countOf(p)]}>{t(`pushed.state.${countOf(p)}`)}</State>],
        [t("pushed.kind"), `${t(`pushed.kinds.${p.kind}` as "pushed.kinds.bill")} · ${p.day ? f.day(p.day) : f.period(p.period)}`],
        [t("pushed.source"), p.source],
        [t("pushed.account"), <span key="a">{p.account ? <span className="id">{p.account}</span> : t("pushed.nobody")} {whole.data?.bill.account_name && <span className="soft">{whole.data.bill.account_name}</span>}</span>],
        ...(p.kind === "bill" && whole.data ? [[t("pushed.invoice"), <span key="i" className="id">{whole.data.bill.invoice || p.id}</span>] as [string, ReactNode]] : []),
        [t("pushed.sum"), <Group key="m" gap="md">{sums.map(([c, a]) => <Amount key={c} value={a} currency={c} strong />)}</Group>],
        [t("pushed.at"), `${f.time(p.pushed_at)} · ${p.pushed_by} · ${t("pushed.version", { version: p.version })}`],
      ]} />
      <Answer of={whole} height={200}>
        {({ bill }) => <DataTable name="pushed-lines" label={t("pushed.lines")} plain columns={columns} rows={bill.lines.map((l, at) => ({ ...l, at }))} rowKey={(l) => String(l.at)} maxHeight={480} />}
      </Answer>
      {can("months.run") && !p.removed && <Group justify="flex-end"><Button variant="subtle" color="red" onClick={() => void remove()}>{t("pushed.remove")}</Button></Group>}
    </Stack>
  );
}
