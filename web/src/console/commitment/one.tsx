import { Group, Stack } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import { useParams } from "react-router";

import { type Schema, useAsk } from "../../api/query";
import { Id } from "../../ui/amount";
import { Figure, Ways } from "../../ui/chart";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Facts, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Answer, Empty, State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { Decide } from "./decide";
import { Decisions } from "./decisions";
import { Heat } from "./heat";
import { Ends, shortId, useCodes, useCovers, useGroupName } from "./words";

type Detail = Schema<"CommitmentDetail">;
type Benefit = Schema<"CommitmentBenefit">;

/** One reservation or savings plan: its terms, whom it helps, what is decided on it. */
export default function CommitmentPage() {
  const t = useWords("commitment");
  const f = useFormats();
  const can = useCan();
  const { id = "" } = useParams();
  const { period } = usePeriod();
  const found = useAsk("/api/v1/commitment", { params: { query: { id } } });
  const month = useAsk("/api/v1/months/{period}/commitments", { params: { path: { period } } });
  const there = month.data?.commitments.some((c) => c.id === found.data?.id) ?? false;
  const detail = useAsk("/api/v1/months/{period}/commitment", { params: { path: { period }, query: { id } } }, { when: there });
  const covers = useCovers();
  return (
    <Page title={found.data ? covers(found.data) : shortId(id)} question={t("one.question", { month: f.period(period) })} path={[{ title: t("title"), to: "/commitments" }]} wide>
      <Answer of={found} lines={6}>
        {(c) => (
          <div style={{ display: "grid", gap: "var(--mantine-spacing-md)", gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 400px), 1fr))", alignItems: "start" }}>
            <Stack gap="md">
              <Card title={t("one.terms")}><Terms of={c} /></Card>
              {can("config.read") && <Decisions commitment={c.id} />}
            </Stack>
            {can("config.write") && can("config.read") && <Decide commitment={c} />}
          </div>
        )}
      </Answer>
      {there ? (
        <>
          <Card label={t("one.money")}><Answer of={detail} lines={2}>{(d) => <Money of={d} />}</Answer></Card>
          <Heat period={period} commitment={found.data?.id ?? id} />
          <Card flush title={t("one.helped")}><Answer of={detail} lines={5}>{(d) => <Benefits of={d} />}</Answer></Card>
        </>
      ) : (month.isError || (month.data && found.data)) && (
        <Card><Empty title={t("one.notInMonth", { month: f.period(period) })}>{month.error?.message ?? t("one.otherMonth")}</Empty></Card>
      )}
    </Page>
  );
}

function Terms({ of: c }: { of: Schema<"CommitmentCommitment"> }) {
  const t = useWords("commitment");
  const f = useFormats();
  const code = useCodes();
  const days = c.end ? Math.floor((Date.parse(c.end) - Date.now()) / 86_400_000) : undefined;
  const facts: [ReactNode, ReactNode][] = [
    [t("column.kind"), code("kind", c.kind)],
    [t("column.idWhole"), <Id key="id" value={c.id} most={44} />],
    [t("column.owner"), <Id key="owner" value={c.owner} />],
    [t("column.payer"), <Id key="payer" value={c.payer} />],
    [t("one.term"), [c.term, c.payment, c.class].filter(Boolean).join(" · ") || "–"],
    [t("one.hourly"), `${f.money(c.hourly, c.currency, 4)}`],
    [t("column.start"), f.day(c.start)],
    [t("column.end"), <Group key="end" gap="xs">{f.day(c.end)}<Ends days={days} state={days === undefined ? "unknown" : days < 0 ? "ended" : "active"} /></Group>],
  ];
  return <Facts of={facts} />;
}

function Money({ of: d }: { of: Detail }) {
  const t = useWords("commitment");
  const f = useFormats();
  const percent = (value?: string) => (value === undefined ? "–" : `${f.number(value, 1)}%`);
  return (
    <Group gap={40} align="flex-start">
      <Figure label={t("column.cost")}>{f.money(d.cost, d.currency)}</Figure>
      <Figure label={t("wasted")} below={<span className="soft">{t("usedPercent", { percent: percent(d.utilization_percent) })}</span>}>{f.money(d.unused_cost, d.currency)}</Figure>
      <Figure label={t("wastedAlone")} below={<span className="soft">{t("usedPercent", { percent: percent(d.alone?.utilization_percent) })}</span>}>{f.money(d.alone?.unused_cost, d.currency)}</Figure>
      <Figure label={t("gain")} below={<span className="soft">{t("gainParts", { others: f.money(d.gain.from_others, d.currency), own: f.money(d.gain.from_own, d.currency), again: f.money(d.gain.given_again, d.currency) })}</span>}>{f.change(d.gain.total, d.currency)}</Figure>
    </Group>
  );
}

/** Whom it helped: by the provider's books, or as groups are billed. */
function Benefits({ of: d }: { of: Detail }) {
  const t = useWords("commitment");
  const group = useGroupName();
  const [by, setBy] = useState<"provider" | "applied">("provider");
  const columns = useMemo((): Column<Benefit>[] => [
    { id: "group", title: t("flow.helped"), value: (b) => group(b.group) },
    { id: "account", title: t("one.account"), kind: "id", value: (b) => b.account },
    { id: "inside", title: t("crossing.border"), value: (b) => (b.inside ? t("flow.itself") : t("one.outside")), show: (b) => (b.inside ? <State tone="quiet">{t("flow.itself")}</State> : <State tone="warn">{t("one.outside")}</State>) },
    { id: "units", title: t("column.units"), kind: "number", value: (b) => b.units, total: true },
    { id: "on_demand", title: t("flow.on_demand"), kind: "amount", currency: () => d.currency, value: (b) => b.on_demand, total: true },
    { id: "effective", title: t("flow.effective"), kind: "amount", currency: () => d.currency, value: (b) => b.effective, total: true },
    { id: "stands", title: t("flow.stands"), kind: "amount", currency: () => d.currency, value: (b) => b.stands, total: true },
  ], [t, group, d.currency]);
  return (
    <DataTable
      key={by} name="commitment-benefits" label={t("one.helped")} columns={columns} rows={d[by]} rowKey={(b) => `${b.group} ${b.account}`} sort="-on_demand"
      tools={<Ways label={t("one.side")} value={by} onChange={setBy} ways={[{ value: "provider", label: t("one.provider") }, { value: "applied", label: t("one.applied") }]} />}
      empty={<Empty title={by === "provider" ? t("one.helpedNobody") : t("one.appliedNobody")} />}
    />
  );
}
