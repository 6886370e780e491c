import { Anchor, Button, SegmentedControl, Text } from "@mantine/core";
import { IconArrowsExchange, IconTableImport } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";

import { type RowOf, useAll, useAsk } from "../../api/query";
import { Id } from "../../ui/amount";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Empty, Failed, State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { useSection } from "../group/declared";
import { type Holding, holdingsOf } from "./holding";
import { Mapping } from "./mapping";
import { sheetOf } from "./sheet";
import { Unmapped } from "./unmapped";

const shows = ["all", "nobody", "group", "other"] as const;

/** Every account: whose is it, since when, and what did it come to? */
export default function AccountsPage() {
  const t = useWords("account");
  const can = useCan();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const { rows, unmapped, error } = useHoldings();
  const [given, setGiven] = useState(""); // a sheet to begin with
  const only = shows.find((s) => s === params.get("show")) ?? "all";
  const set = (changes: Record<string, string | undefined>) => setParams((before) => { const next = new URLSearchParams(before); for (const [k, v] of Object.entries(changes)) if (v) next.set(k, v); else next.delete(k); return next; }, { replace: true });
  const write = can("config.write");
  const map = (sheet: string) => { setGiven(sheet); set({ map: "1" }); };
  const shown = rows?.filter((r) => only === "all" || (only === "other" ? r.kind === "pool" || r.kind === "reseller" : r.kind === only));
  const columns = useColumns();
  const count = (kinds: string[]) => rows?.filter((r) => kinds.includes(r.kind)).length ?? 0;

  return (
    <Page title={t("title")} question={t("question")} wide actions={write && <Button leftSection={<IconTableImport size={16} />} onClick={() => map("")}>{t("map")}</Button>}>
      {unmapped && unmapped.length > 0 && <Unmapped rows={unmapped} map={map} />}
      <Card flush label={t("title")}>
        {error ? <Failed error={error} /> : (
          <DataTable
            key={period} name="accounts" label={t("title")} columns={columns} rows={shown} rowKey={(r) => r.key} startSearch={params.get("search") ?? ""}
            mark={(r) => (r.kind === "nobody" && r.cost !== undefined ? "warn" : r.past ? "quiet" : undefined)}
            bulk={write ? [{ label: t("assign"), icon: <IconArrowsExchange size={15} />, tone: "primary", refused: (marked) => (marked.some((r) => r.kind === "pool" || r.kind === "reseller") ? t("notTaken") : undefined), do: (marked) => map(sheetOf([...new Set(marked.map((r) => r.account))].map((account) => ({ account })))) }] : undefined}
            tools={(
              <SegmentedControl
                size="xs" aria-label={t("filter.label")} value={only} onChange={(v) => set({ show: v === "all" ? undefined : v })}
                data={[{ value: "all", label: t("filter.all") }, { value: "nobody", label: `${t("filter.nobody")} (${count(["nobody"])})` }, { value: "group", label: t("filter.group") }, { value: "other", label: `${t("filter.other")} (${count(["pool", "reseller"])})` }]}
              />
            )}
            empty={only === "nobody" ? <Empty title={t("allMapped")}>{t("allMappedHelp")}</Empty> : <Empty title={t("none")} action={write && <Button onClick={() => map("")}>{t("map")}</Button>}>{t("noneHelp")}</Empty>}
          />
        )}
      </Card>
      {write && <Mapping opened={params.get("map") === "1"} close={() => { set({ map: undefined, group: undefined }); setGiven(""); }} given={given} group={params.get("group") ?? undefined} />}
    </Page>
  );
}

function useHoldings(): { rows: Holding[] | undefined; unmapped: RowOf<"/api/v1/accounts/unmapped">[] | undefined; error: Error | null } {
  const can = useCan();
  const { period } = usePeriod();
  const groups = useAll("/api/v1/billing-groups");
  const customers = useAll("/api/v1/customers");
  const accounts = useAll("/api/v1/accounts");
  const payers = useAll("/api/v1/payers");
  const pools = useAll("/api/v1/pools");
  const reseller = useAll("/api/v1/config/{kind}", { params: { path: { kind: "reseller" } } });
  const explored = useAsk("/api/v1/explore", { params: { query: { from: period, to: period, grain: "month", by: "account,payer,group" } } }, { when: can("margin.read") });
  const unmapped = useAll("/api/v1/accounts/unmapped", { params: { query: { period } } }, { when: can("months.read") });
  const rows = useMemo(() => {
    if (!groups.data || !accounts.data) return undefined;
    return holdingsOf({
      period, groups: groups.data.rows, pools: pools.data?.rows ?? [], own: (reseller.data?.rows[0]?.spec as { accounts?: string[] } | undefined)?.accounts ?? [],
      customers: new Map(customers.data?.rows.map((c) => [c.id, c.name])), names: new Map(accounts.data.rows.map((a) => [a.id, a.name])),
      payers: new Map(payers.data?.rows.map((p) => [p.id, p.name ?? p.id])), explored: explored.data?.rows ?? [], unmapped: unmapped.data?.rows ?? [],
    });
  }, [period, groups.data, accounts.data, pools.data, reseller.data, customers.data, payers.data, explored.data, unmapped.data]);
  return { rows, unmapped: unmapped.data?.rows, error: groups.error ?? accounts.error };
}

function useColumns(): Column<Holding>[] {
  const t = useWords("account");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const pools = useSection<{ name?: string }>("pools");
  return useMemo((): Column<Holding>[] => [
    { id: "name", title: t("column.name"), value: (r) => r.name, width: 200 },
    { id: "account", title: t("column.account"), kind: "id", value: (r) => r.account, show: (r) => <Id value={r.account} /> },
    {
      id: "owner", title: t("column.owner"), value: (r) => (r.kind === "nobody" ? "" : r.owner || t("owner.reseller")), width: 150,
      show: (r) => r.kind === "nobody" ? <State tone={r.cost === undefined ? "quiet" : "warn"}>{t("owner.nobody")}</State>
        : r.kind === "group" ? <div><Anchor component={Link} inherit to={`/groups/${encodeURIComponent(r.owner)}?tab=accounts`}>{r.owner}</Anchor><Text size="xs" c="dimmed">{r.byEnrolment ? `${r.customer} · ${t("byEnrolment")}` : r.customer}</Text></div>
        : r.kind === "pool" ? <Text span size="sm">{t("owner.pool", { pool: pools.get(r.owner)?.name ?? r.owner })}</Text> : <Text span size="sm">{t("owner.reseller")}</Text>,
    },
    { id: "customer", title: t("column.customer"), value: (r) => r.customer, hidden: true },
    { id: "payer", title: t("column.payer"), value: (r) => r.payer, width: 120 },
    { id: "from", title: t("column.from"), kind: "day", value: (r) => r.from, show: (r) => (r.kind === "nobody" ? <span className="soft">–</span> : r.to ? <div className="num"><div>{r.from ? f.day(r.from) : t("always")}</div><Text size="xs" c={r.past ? "var(--warn)" : "dimmed"}>{t("until", { day: f.day(r.to) })}</Text></div> : r.from ? <span className="num">{f.day(r.from)}</span> : <span className="soft">{t("always")}</span>) },
    { id: "to", title: t("column.to"), kind: "day", value: (r) => r.to, hidden: true },
    { id: "tags", title: t("column.tags"), value: (r) => r.byTags, show: (r) => (r.byTags ? t("byTags") : <span className="soft">–</span>), hidden: true },
    ...(can("margin.read") ? [
      { id: "cost", title: t("column.cost", { month: f.period(period, true) }), kind: "amount" as const, value: (r: Holding) => r.cost, currency: (r: Holding) => r.currency || "USD", total: true },
      { id: "price", title: t("column.price"), kind: "amount" as const, value: (r: Holding) => r.price, currency: (r: Holding) => r.currency || "USD", total: true },
    ] : []),
  ], [t, f, can, period, pools]);
}
