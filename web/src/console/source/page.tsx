import { Button, Group, Text } from "@mantine/core";
import { IconPlus, IconRefresh, IconUpload } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";

import { changeOnce, useAll, useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useJobs } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Empty, Failed, State, useExplain } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { refused } from "../../ui/told";
import { useWords } from "../../words/words";
import { StandingCell, useStandings } from "./check/standing";
import { Declaring } from "./declaring";
import { useKindName } from "./kinds";
import { Payers } from "./payers";
import { type Delivery, deliveries, type Source } from "./rows";
import { Schedules } from "./schedules";
import { Uploading } from "./uploading";

/** Where the provider's bills come from: is everything here, and is it the newest? */
export default function SourcesPage() {
  const t = useWords("source");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const [declaring, setDeclaring] = useState<{ source?: Source }>();
  const sources = useAll("/api/v1/sources");
  const month = useAsk("/api/v1/months/{period}", { params: { path: { period } } }, { when: can("months.read") });
  const rows = useMemo(() => sources.data && (month.data || month.isError) ? deliveries(sources.data.rows, month.data?.loads ?? []) : undefined, [sources.data, month.data, month.isError]);
  const load = useLoad(period);
  const columns = useColumns(load.one, can("months.run"));
  const run = can("months.run");
  const uploading = params.get("do") === "upload";
  const setUploading = (on: boolean) => setParams((before) => { const next = new URLSearchParams(before); if (on) next.set("do", "upload"); else next.delete("do"); return next; }, { replace: true });
  const add = can("config.write") && <Button component={Link} to="/sources/new" variant="default" leftSection={<IconPlus size={15} aria-hidden />}>{t("add")}</Button>;

  return (
    <Page
      title={t("title")} question={t("question", { month: f.period(period) })} wide
      actions={(
        <>
          {add}
          {run && <Button variant="default" leftSection={<IconUpload size={15} />} onClick={() => setUploading(true)}>{t("upload.open")}</Button>}
          {run && !!sources.data?.rows.length && <Button leftSection={<IconRefresh size={15} />} loading={load.busy === "all"} onClick={() => void load.all()}>{t("loadAll")}</Button>}
        </>
      )}
    >
      <Payers period={period} />
      <Card flush title={t("exports")}>
        {sources.error ? <Failed error={sources.error} again={() => void sources.refetch()} /> : (
          <DataTable
            name="sources" label={t("exports")} plain columns={columns} rows={rows} rowKey={(d) => d.key} mark={(d) => (d.load && !d.load.up_to_date ? "warn" : undefined)}
            onOpen={can("config.write") ? (d) => d.source && setDeclaring({ source: d.source }) : undefined}
            empty={<Empty title={t("none")} action={add}>{t("noneHelp")}</Empty>}
          />
        )}
      </Card>
      <Text size="sm" c="dimmed">{t("help")}</Text>
      <Schedules />
      <Uploading opened={uploading && run} period={period} close={() => setUploading(false)} />
      <Declaring doing={declaring} taken={sources.data?.rows.map((s) => s.name) ?? []} close={() => setDeclaring(undefined)} />
    </Page>
  );
}

/** Loads what is new, from all sources or from one. */
function useLoad(period: string) {
  const t = useWords("source");
  const { follow } = useJobs();
  const explain = useExplain();
  const [busy, setBusy] = useState<string>();
  async function load(key: string, source?: string) {
    setBusy(key);
    try {
      await follow(await changeOnce("post", "/api/v1/months/{period}/ingest", { params: { path: { period } }, body: source ? { source } : {} }));
    } catch (error) {
      refused(t("notLoaded"), explain(error));
    } finally {
      setBusy(undefined);
    }
  }
  return { busy, all: () => load("all"), one: (source: string) => load(source, source) };
}

function useColumns(load: (source: string) => Promise<void>, run: boolean): Column<Delivery>[] {
  const t = useWords("source");
  const c = useWords("connect");
  const f = useFormats();
  const standings = useStandings();
  const kindName = useKindName();
  return [
    { id: "name", title: t("column.name"), value: (d) => d.source?.name ?? t("files"), show: (d) => (
      <div>
        <Text fw={560} size="md">{d.source?.name ?? t("files")}</Text>
        {d.source && <Text size="xs" c="dimmed" className="id" title={d.source.url} truncate maw={320}>{d.source.url}</Text>}
      </div>
    ) },
    { id: "state", title: t("column.state"), value: (d) => (d.source?.ended ? "ended" : d.load ? String(d.load.up_to_date) : ""), show: (d) => (d.source?.ended ? <State tone="quiet">{t("state.ended")}</State> : !d.load ? <State tone="quiet">{t("state.nothing")}</State> : d.load.up_to_date ? <State tone="good">{t("state.newest")}</State> : <State tone="warn">{t("state.newer")}</State>) },
    { id: "standing", title: c("standing.column"), value: (d) => (d.source ? standings.get(d.source.name)?.problem ?? standings.get(d.source.name)?.good_at : undefined), show: (d) => <StandingCell of={d.source && standings.get(d.source.name)} /> },
    { id: "payer", title: t("column.payer"), kind: "id", value: (d) => d.payer },
    { id: "kind", title: t("column.kind"), value: (d) => d.load?.format ?? d.source?.kind, show: (d) => kindName(d.load?.format ?? d.source?.kind ?? "") },
    { id: "report", title: t("column.report"), value: (d) => d.load?.report, show: (d) => <span title={d.load?.version}>{d.load?.report ?? "–"}</span> },
    { id: "files", title: t("column.files"), kind: "number", value: (d) => d.load?.files },
    { id: "rows", title: t("column.rows"), kind: "number", value: (d) => d.load?.rows, total: true },
    { id: "billed", title: t("column.billed"), kind: "amount", value: (d) => (d.billed.length === 1 ? d.billed[0]!.amount : undefined), show: (d) => (d.billed.length === 0 ? <span className="soft">–</span> : <div className="num">{d.billed.map((b) => <div key={b.currency} title={f.whole(b.amount, b.currency)}>{f.money(b.amount, b.currency)}</div>)}</div>) },
    ...(run ? [{ id: "do", title: t("column.do"), value: () => undefined, show: (d: Delivery) => (d.source && !d.source.ended ? (
      <Group gap={6} wrap="nowrap">
        <Button size="compact-sm" variant="default" onClick={() => void load(d.source!.name)}>{t("load")}</Button>
        <Button size="compact-sm" variant="subtle" component={Link} to={`/sources/${encodeURIComponent(d.source.name)}/check`} onClick={(e) => e.stopPropagation()}>{c("check.open")}</Button>
      </Group>
    ) : null) }] : []),
  ];
}
