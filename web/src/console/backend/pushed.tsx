import { Button, Select, Stack, Text } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Empty, Failed, State, type Tone } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import type { Pushed } from "./known";
import { PushedOne } from "./pushed_one";
import { countOf, keyOf, type Counting } from "./pushed_state";
import { Pushing, ReceiverForm } from "./pushing";

export const countTones: Record<Counting, Tone> = { counts: "good", replaced: "quiet", removed: "warn" };

/** The bills and registers that were sent for a month, and which of them are in its sum. */
export function PushedBills() {
  const t = useWords("backend");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const [adding, setAdding] = useState(false);
  const sources = useAll("/api/v1/sources", undefined, { when: can("config.read") });
  const takers = useMemo(() => (sources.data?.rows ?? []).filter((s) => s.kind === "pushed"), [sources.data]);
  const source = params.get("source") ?? "";
  const pushed = useAll("/api/v1/pushed", { params: { query: { period } } });
  const rows = useMemo(() => pushed.data?.rows.filter((p) => !source || p.source === source), [pushed.data, source]);
  const set = (key: string, value: string | null) => setParams((before) => { const next = new URLSearchParams(before); if (value) next.set(key, value); else next.delete(key); return next; }, { replace: true });
  const open = pushed.data?.rows.find((p) => keyOf(p) === params.get("bill"));
  const columns: Column<Pushed>[] = [
    { id: "id", title: t("pushed.id"), kind: "id", value: (p) => p.id },
    { id: "kind", title: t("pushed.kind"), value: (p) => p.kind, show: (p) => <><div className="num">{t(`pushed.kinds.${p.kind}` as "pushed.kinds.bill")}</div>{p.kind === "register" && <Text size="xs" c="dimmed" className="num">{p.day ? f.day(p.day) : t("pushed.wholeMonth")}</Text>}</> },
    { id: "state", title: t("column.state"), value: (p) => countOf(p), show: (p) => <State tone={countTones[countOf(p)]}>{t(`pushed.state.${countOf(p)}`)}</State> },
    { id: "source", title: t("pushed.source"), kind: "id", value: (p) => p.source },
    { id: "account", title: t("pushed.account"), kind: "id", value: (p) => p.account },
    { id: "lines", title: t("pushed.lines"), kind: "number", value: (p) => p.lines },
    { id: "sum", title: t("pushed.sum"), kind: "amount", value: (p) => { const all = Object.values(p.sum); return all.length === 1 ? all[0] : undefined; }, show: (p) => <div className="num">{Object.entries(p.sum).map(([currency, amount]) => <div key={currency} title={f.whole(amount, currency)}>{f.money(amount, currency)}</div>)}</div> },
    { id: "at", title: t("pushed.at"), kind: "time", value: (p) => p.pushed_at },
    { id: "by", title: t("pushed.by"), value: (p) => p.pushed_by, hidden: true },
  ];
  const receiver = can("config.write") && <Button variant="default" onClick={() => setAdding(true)}>{t("pushed.addReceiver")}</Button>;
  const empty = sources.isSuccess && takers.length === 0
    ? <Empty icon={IconInbox} title={t("pushed.noReceiver")} action={receiver}>{t("pushed.noReceiverHelp")}</Empty>
    : <Empty icon={IconInbox} title={t("pushed.none", { month: f.period(period) })}>{t("pushed.noneHelp")}</Empty>;
  return (
    <Stack gap="md">
      <Card flush>
        {pushed.error ? <Failed error={pushed.error} again={() => void pushed.refetch()} /> : (
          <DataTable
            name="pushed" label={t("tabs.pushed")} columns={columns} rows={rows} rowKey={keyOf} sort="-at" onOpen={(p) => set("bill", keyOf(p))} mark={(p) => (p.counts ? undefined : "quiet")} empty={empty}
            tools={<>{takers.length > 1 && <Select aria-label={t("pushed.source")} placeholder={t("pushed.source")} clearable w={200} value={source || null} onChange={(v) => set("source", v)} data={takers.map((s) => s.name)} />}{takers.length > 0 && receiver}</>}
          />
        )}
      </Card>
      <Text size="sm" c="dimmed">{t("pushed.help")}</Text>
      <Pushing source={source || takers[0]?.name} period={period} />
      <PushedOne of={open} close={() => set("bill", null)} />
      <ReceiverForm opened={adding} taken={sources.data?.rows.map((s) => s.name) ?? []} close={() => setAdding(false)} />
    </Stack>
  );
}
