import { Box, Button, Text } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { type ReactNode, useMemo } from "react";
import { useNavigate } from "react-router";

import { useAll } from "../../api/query";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Empty, Failed, Notice } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { useSection } from "../group/declared";
import { useActing } from "./acting";
import { type Account, byTrouble, conditionOf, useOrganizations } from "./known";
import { LastGood, StandingState } from "./standing";

/** The accounts at vendors, those in trouble first. */
export function Accounts({ add, toBackends }: { add: ReactNode; toBackends: () => void }) {
  const t = useWords("backend");
  const can = useCan();
  const go = useNavigate();
  const accounts = useAll("/api/v1/vendor-accounts");
  const backends = useAll("/api/v1/backends");
  const providers = useSection<{ id: string; name: string }>("providers");
  const credentials = useSection<{ account?: string }>("credentials");
  const { path } = useOrganizations();
  const { busy, collect } = useActing();
  const rows = useMemo(() => accounts.data && byTrouble(accounts.data.rows), [accounts.data]);
  const failing = rows?.filter((a) => conditionOf(a.standing) === "failing") ?? [];
  const columns: Column<Account>[] = [
    { id: "name", title: t("column.name"), value: (a) => a.name, show: (a) => <div><Text fw={560} size="md">{a.name}</Text><Text size="xs" c="dimmed" className="id">{a.id}</Text></div> },
    { id: "state", title: t("column.state"), value: (a) => conditionOf(a.standing), show: (a) => <StandingState of={a.standing} /> },
    { id: "good", title: t("column.good"), value: (a) => a.standing?.good_at, show: (a) => <LastGood of={a.standing} /> },
    { id: "project", title: t("column.project"), value: (a) => path(a.organization).join(" › ") },
    { id: "provider", title: t("column.provider"), value: (a) => providers.get(a.provider)?.name ?? a.provider, show: (a) => <div>{providers.get(a.provider)?.name ?? a.provider}<Text size="xs" c="dimmed">{t("by", { backend: a.backend })}</Text></div> },
    { id: "reaches", title: t("column.reaches"), kind: "id", value: (a) => credentials.get(a.id)?.account },
    ...(can("months.run") ? [{ id: "do", title: t("column.do"), value: () => undefined, show: (a: Account) => a.standing && <Button size="compact-sm" variant="default" loading={busy === `collect ${a.standing.source}`} aria-label={t("read.nowOf", { name: a.name })} onClick={() => void collect(a.standing!.source)}>{t("read.now")}</Button> }] : []),
  ];
  if (accounts.error) return <Card><Failed error={accounts.error} again={() => void accounts.refetch()} /></Card>;
  const none = backends.data?.rows.length === 0
    ? <Empty icon={IconPlugConnected} title={t("account.noBackend")} action={<Button variant="default" onClick={toBackends}>{t("account.toBackends")}</Button>}>{t("account.noBackendHelp")}</Empty>
    : <Empty icon={IconPlugConnected} title={t("account.none")} action={add}>{t("account.noneHelp")}</Empty>;
  return (
    <>
      {failing.length > 0 && <Box mb="md"><Notice tone="bad" title={t("account.failing", { count: failing.length })}>{t("account.failingHelp")}</Notice></Box>}
      <Card flush>
        <DataTable
          name="service-accounts" label={t("tabs.accounts")} columns={columns} rows={rows} rowKey={(a) => a.id} onOpen={(a) => void go(`/backends/accounts/${encodeURIComponent(a.id)}`)}
          mark={(a) => { const c = conditionOf(a.standing); return c === "failing" ? "bad" : c === "old" ? "warn" : undefined; }} empty={none}
        />
      </Card>
    </>
  );
}
