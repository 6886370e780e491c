import { Select, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useNavigate, useSearchParams } from "react-router";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { Empty, Failed, State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { destination, type Route, useNames } from "./known";
import { useTerms } from "./words";

/** What of which customer goes where, how and when. */
export function Routes({ add }: { add?: ReactNode }) {
  const t = useWords("handover");
  const f = useFormats();
  const terms = useTerms();
  const names = useNames();
  const go = useNavigate();
  const [params, setParams] = useSearchParams();
  const routes = useAll("/api/v1/handover/routes");
  const customer = params.get("customer") ?? "";
  const all = routes.data?.rows;
  const columns: Column<Route>[] = [
    { id: "state", title: t("column.state"), value: (r) => String(r.enabled), show: (r) => <State tone={r.enabled ? "good" : "quiet"}>{r.enabled ? t("route.on") : t("route.off")}</State> },
    { id: "customer", title: t("column.customer"), width: 150, value: (r) => names.customer(r.customer), show: (r) => <span>{names.customer(r.customer)}{r.groups?.length ? <Text span size="sm" c="dimmed">{` · ${f.list(r.groups.map(names.group))}`}</Text> : null}</span> },
    { id: "what", title: t("column.what"), width: 170, value: (r) => terms.whats(r.what) },
    { id: "formats", title: t("column.formats"), value: (r) => terms.formats(r.formats) },
    { id: "by", title: t("column.by"), value: (r) => terms.by(r.by), show: (r) => <span>{terms.by(r.by)}{r.link_days ? <Text span size="sm" c="dimmed">{` · ${t("route.link", { count: r.link_days })}`}</Text> : null}</span> },
    { id: "to", title: t("column.to"), width: 200, value: destination, show: (r) => <Text size="sm" className={r.by === "mail" ? undefined : "id"} lineClamp={1} maw={320} title={destination(r)}>{destination(r) || "–"}</Text> },
    { id: "when", title: t("column.when"), value: (r) => terms.when(r.when) },
    { id: "due", title: t("column.due"), kind: "time", hidden: true, value: (r) => r.due },
    { id: "description", title: t("column.description"), hidden: true, value: (r) => r.description },
    { id: "by-whom", title: t("column.createdBy"), hidden: true, value: (r) => r.created_by },
  ];
  if (routes.error) return <Card><Failed error={routes.error} again={() => void routes.refetch()} /></Card>;
  return (
    <Card flush label={t("routes.title")}>
      <DataTable
        name="handover-routes" label={t("routes.title")} columns={columns} rows={all?.filter((r) => !customer || r.customer === customer)} rowKey={(r) => r.id} sort="customer"
        onOpen={(r) => void go(`/handover/routes/${encodeURIComponent(r.id)}`)} mark={(r) => (r.enabled ? undefined : "quiet")}
        tools={<Select aria-label={t("column.customer")} placeholder={t("column.customer")} clearable searchable w={190} value={customer || null} onChange={(v) => setParams(v ? { tab: "routes", customer: v } : { tab: "routes" }, { replace: true })} data={[...new Set(all?.map((r) => r.customer))].map((value) => ({ value, label: names.customer(value) }))} />}
        empty={<Empty title={t("routes.none")} action={add}>{t("routes.noneHelp")}</Empty>}
      />
    </Card>
  );
}
