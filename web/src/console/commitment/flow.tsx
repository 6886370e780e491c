import { Select, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";

import { type Schema, useAll } from "../../api/query";
import { Chart, Ways } from "../../ui/chart";
import type { Drawing } from "../../ui/chart/drawing";
import { isNegative, isZero } from "../../ui/decimal";
import { Card } from "../../ui/page";
import { Answer, Empty, State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { CommitmentLink, useGroupName } from "./words";

type Link = Schema<"CommitmentFlow">;
type Crossing = Schema<"CommitmentCrossing">;

/** Whose commitments helped whom, and what crossed from customer to customer. */
export function Flow({ period }: { period: string }) {
  const t = useWords("commitment");
  const flows = useAll("/api/v1/months/{period}/commitment-flows", { params: { path: { period } } });
  const crossings = useAll("/api/v1/months/{period}/commitment-crossings", { params: { path: { period } } });
  return (
    <Stack gap="md">
      <Card flush title={t("flow.title")}><Answer of={flows} height={460}>{({ rows }) => <Links links={rows} />}</Answer></Card>
      <Card flush title={t("crossing.title")}>
        <Text size="sm" c="dimmed" px="md" py="xs">{t("crossing.help")}</Text>
        <Answer of={crossings} lines={5}>{({ rows }) => <Crossings rows={rows} />}</Answer>
      </Card>
    </Stack>
  );
}

export function Links({ links }: { links: Link[] }) {
  const t = useWords("commitment");
  const group = useGroupName();
  const [by, setBy] = useState<"effective" | "on_demand" | "saved">("effective");
  const currencies = [...new Set(links.map((l) => l.currency))];
  const [chosen, setChosen] = useState<string>();
  const currency = chosen ?? currencies[0] ?? "USD";
  const ours = useMemo(() => links.filter((l) => l.currency === currency), [links, currency]);
  const drawing = useMemo((): Drawing => ({
    kind: "flow", currency,
    links: ours.filter((l) => !isZero(l[by]) && !isNegative(l[by])).map((l) => ({ from: group(l.owner_group), to: l.unused ? t("flow.nobody") : group(l.group), value: l[by] })),
  }), [ours, by, currency, group, t]);
  const columns = useMemo((): Column<Link>[] => [
    { id: "from", title: t("flow.owner"), value: (l) => group(l.owner_group) },
    { id: "to", title: t("flow.helped"), value: (l) => (l.unused ? t("flow.nobody") : group(l.group)), show: (l) => (l.unused ? <State tone="warn">{t("flow.nobody")}</State> : l.inside ? t("flow.itself") : group(l.group)) },
    { id: "effective", title: t("flow.effective"), kind: "amount", currency: (l) => l.currency, value: (l) => l.effective, total: true },
    { id: "on_demand", title: t("flow.on_demand"), kind: "amount", currency: (l) => l.currency, value: (l) => l.on_demand, total: true },
    { id: "saved", title: t("flow.saved"), kind: "amount", currency: (l) => l.currency, value: (l) => l.saved, total: true },
    { id: "stands", title: t("flow.stands"), kind: "amount", currency: (l) => l.currency, value: (l) => l.stands, total: true },
  ], [t, group]);
  if (links.length === 0) return <Empty title={t("noneHere")} />;
  return (
    <Chart
      label={t("flow.title")} drawing={drawing} height={Math.max(300, Math.min(620, ours.length * 24))} title={<Text size="sm" c="dimmed">{t("flow.help")}</Text>}
      tools={
        <>
          {currencies.length > 1 && <Select size="xs" w={90} aria-label={t("currency")} allowDeselect={false} value={currency} onChange={(c) => c && setChosen(c)} data={currencies} />}
          <Ways label={t("flow.by")} value={by} onChange={setBy} ways={(["effective", "on_demand", "saved"] as const).map((x) => ({ value: x, label: t(`flow.${x}`) }))} />
        </>
      }
      table={{ name: "commitment-flows", columns, rows: links, rowKey: (l) => `${l.payer} ${l.commitment ?? ""} ${l.owner_group} ${l.group ?? ""} ${l.inside} ${l.unused} ${l.currency}` }}
    />
  );
}

function Crossings({ rows }: { rows: Crossing[] }) {
  const t = useWords("commitment");
  const group = useGroupName();
  const columns = useMemo((): Column<Crossing>[] => [
    { id: "commitment", title: t("column.id"), value: (x) => x.commitment, show: (x) => <CommitmentLink id={x.commitment} />, width: 128 },
    { id: "owner", title: t("flow.owner"), value: (x) => group(x.owner_group), width: 130 },
    { id: "group", title: t("flow.helped"), value: (x) => group(x.group), width: 130 },
    { id: "within", title: t("crossing.border"), value: (x) => (x.within_customer ? t("crossing.within") : t("crossing.across")), show: (x) => (x.within_customer ? <State tone="quiet">{t("crossing.within")}</State> : <State tone="warn">{t("crossing.across")}</State>) },
    { id: "units", title: t("column.units"), kind: "number", value: (x) => x.units },
    { id: "on_demand", title: t("flow.on_demand"), kind: "amount", currency: (x) => x.currency, value: (x) => x.on_demand, total: true },
    { id: "effective", title: t("flow.effective"), kind: "amount", currency: (x) => x.currency, value: (x) => x.effective, total: true },
    { id: "stands", title: t("flow.stands"), kind: "amount", currency: (x) => x.currency, value: (x) => x.stands, total: true },
  ], [t, group]);
  return <DataTable name="commitment-crossings" label={t("crossing.title")} columns={columns} rows={rows} rowKey={(x) => `${x.payer} ${x.commitment} ${x.owner_account} ${x.group} ${x.currency}`} sort="-on_demand" empty={<Empty title={t("crossing.none")} />} />;
}
