import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconBan, IconRefresh } from "@tabler/icons-react";
import { useMemo } from "react";
import { Link, useSearchParams } from "react-router";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Empty, Failed, Notice, State, Waiting } from "../../ui/state";
import { type BulkAction, type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { useActing } from "./acting";
import { destination, type Parcel, type Route, stuck, tones, useNames, waits } from "./known";
import { OneParcel } from "./parcel";
import { Standing, type View, views } from "./standing";
import { useTerms } from "./words";

/** Everything that is on its way or went: what waits and why, what went to whom, what came back. */
export function Outbox() {
  const t = useWords("handover");
  const can = useCan();
  const terms = useTerms();
  const names = useNames();
  const act = useActing();
  const [params, setParams] = useSearchParams();
  const parcels = useAll("/api/v1/handover/parcels", undefined, { every: 15_000 });
  const routes = useAll("/api/v1/handover/routes", { params: { query: { asked: true } } }, { when: can("config.read") });
  const columns = useColumns(routes.data?.rows);
  const set = (name: string, value: string | null) => setParams((before) => { const next = new URLSearchParams(before); if (value) next.set(name, value); else next.delete(name); return next; }, { replace: true });
  const all = parcels.data?.rows;
  const view = (params.get("show") ?? "all") in views ? ((params.get("show") ?? "all") as View) : "all";
  const [what, customer, route] = ["what", "customer", "route"].map((name) => params.get(name) ?? "") as [string, string, string];
  const chosen = useMemo(() => all?.filter((p) => (!what || p.what === what) && (!customer || p.customer === customer) && (!route || p.route === route)), [all, what, customer, route]);
  const rows = useMemo(() => chosen?.filter(views[view]), [chosen, view]);
  const bulk: BulkAction<Parcel>[] = [
    { label: t("retry"), tone: "primary", icon: <IconRefresh size={14} />, do: (of) => void act.retry(of) },
    { label: t("cancel"), icon: <IconBan size={14} />, refused: (of) => (of.every(waits) ? undefined : t("onlyWaiting")), do: (of) => void act.cancel(of) },
  ];
  if (parcels.error) return <Card><Failed error={parcels.error} again={() => void parcels.refetch()} /></Card>;
  const stopped = all?.filter(stuck).length ?? 0;
  return (
    <Stack gap="md">
      {chosen ? <Standing parcels={chosen} view={view} choose={(v) => set("show", v === "all" ? null : v)} /> : <Waiting height={72} />}
      {stopped > 0 && view !== "stuck" && <Notice tone="bad" title={t("outbox.stuck", { count: stopped })} action={<Button size="compact-sm" variant="default" onClick={() => set("show", "stuck")}>{t("outbox.look")}</Button>}>{t("outbox.stuckHelp")}</Notice>}
      <Card flush label={t("outbox.title")}>
        <DataTable
          name="handovers" label={t("outbox.title")} columns={columns} rows={rows} rowKey={(p) => p.id} onOpen={(p) => set("parcel", p.id)} bulk={can("invoices.send") ? bulk : undefined}
          mark={(p) => (stuck(p) ? "bad" : waits(p) && p.problem ? "warn" : p.state === "cancelled" ? "quiet" : undefined)}
          tools={(
            <Group gap="xs">
              <Select aria-label={t("column.what")} placeholder={t("column.what")} clearable w={150} value={what || null} onChange={(v) => set("what", v)} data={[...new Set(all?.map((p) => p.what))].map((value) => ({ value, label: terms.one(value) }))} />
              <Select aria-label={t("column.customer")} placeholder={t("column.customer")} clearable searchable w={190} value={customer || null} onChange={(v) => set("customer", v)} data={[...new Set(all?.map((p) => p.customer))].map((value) => ({ value, label: names.customer(value) }))} />
              {route && <Button size="compact-sm" variant="default" onClick={() => set("route", null)}>{t("outbox.allRoutes")}</Button>}
            </Group>
          )}
          empty={all?.length
            ? <Empty title={t("outbox.noneSo")} action={<Button variant="default" onClick={() => setParams({}, { replace: true })}>{t("outbox.showAll")}</Button>} />
            : <Empty title={t("outbox.none")} action={can("config.write") && <Button component={Link} to="/handover/routes/new">{t("route.add")}</Button>}>{t("outbox.noneHelp")}</Empty>}
        />
      </Card>
      <OneParcel id={params.get("parcel")} routes={routes.data?.rows} close={() => set("parcel", null)} />
    </Stack>
  );
}

function useColumns(routes: Route[] | undefined): Column<Parcel>[] {
  const t = useWords("handover");
  const f = useFormats();
  const terms = useTerms();
  const names = useNames();
  const of = (p: Parcel) => routes?.find((r) => r.id === p.route);
  const whither = (p: Parcel) => { const r = of(p); return p.receipt || (r && (destination(r) || terms.by(r.by))); };
  return [
    { id: "state", title: t("column.state"), width: 130, value: (p) => terms.state(p), show: (p) => <State tone={tones[p.state] ?? "quiet"}>{terms.state(p)}</State> },
    { id: "what", title: t("column.what"), width: 100, value: (p) => terms.one(p.what) },
    { id: "subject", title: t("column.document"), width: 150, value: (p) => terms.subject(p), show: (p) => <span className={/^\d{4}-\d\d$/.test(p.subject) ? undefined : "id"}>{terms.subject(p)}</span> },
    { id: "customer", title: t("column.customer"), width: 130, value: (p) => names.customer(p.customer) },
    { id: "to", title: t("column.to"), width: 150, value: whither, show: (p) => <Text size="sm" truncate maw={180} title={whither(p)}>{whither(p) ?? "–"}</Text> },
    { id: "by", title: t("column.by"), hidden: true, value: (p) => { const r = of(p); return r && terms.by(r.by); } },
    { id: "attempts", title: t("column.attempts"), kind: "number", hidden: true, value: (p) => p.attempts },
    { id: "problem", title: t("column.problem"), width: 150, value: (p) => p.problem, show: (p) => (p.problem ? <Text size="sm" truncate maw={200} title={p.problem} c={stuck(p) ? "var(--bad)" : "var(--warn)"}>{p.problem}</Text> : <span className="soft">{"–"}</span>) },
    { id: "at", title: t("column.at"), width: 150, value: (p) => p.sent_at ?? p.due, show: (p) => <span className="num" style={{ whiteSpace: "normal" }}>{p.sent_at ? f.time(p.sent_at) : waits(p) ? t("column.next", { time: f.time(p.due) }) : f.time(p.queued_at)}</span> },
    { id: "queued", title: t("column.queued"), kind: "time", hidden: true, value: (p) => p.queued_at },
  ];
}
