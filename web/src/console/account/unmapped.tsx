import { Button, Stack, Text } from "@mantine/core";
import { IconArrowsExchange, IconWand } from "@tabler/icons-react";
import { useMemo } from "react";

import type { Schema } from "../../api/query";
import { Id } from "../../ui/amount";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { sheetOf } from "./sheet";

type Row = Schema<"MappingUnmapped">;

/** The accounts that hold the close of the month, as they are nobody's: the dearest first, with who they may belong to. */
export function Unmapped({ rows, map }: { rows: Row[]; map: (sheet: string) => void }) {
  const t = useWords("account");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const proposed = rows.filter((r) => r.proposed_group);
  const sheet = (of: Row[], propose: boolean) => sheetOf(of.map((r) => ({ account: r.account, name: r.name !== r.account ? r.name : "", group: propose ? r.proposed_group : undefined })));
  const columns = useMemo((): Column<Row>[] => [
    { id: "name", title: t("column.name"), value: (r) => r.name || r.account, width: 150 },
    { id: "account", title: t("column.account"), kind: "id", value: (r) => r.account, show: (r) => <Id value={r.account} /> },
    { id: "payer", title: t("column.payer"), value: (r) => r.payer, kind: "id" },
    { id: "services", title: t("column.services"), value: (r) => r.services.map((s) => s.service).join(", "), width: 200, show: (r) => <Text span size="sm" lineClamp={2}>{r.services.slice(0, 3).map((s) => s.service).join(", ")}{r.services.length > 3 ? " …" : ""}</Text> },
    { id: "days", title: t("column.days"), value: (r) => r.first_day, show: (r) => <span className="num">{t("days", { from: f.shortDay(r.first_day), to: f.shortDay(r.last_day) })}</span> },
    { id: "proposed", title: t("column.proposed"), value: (r) => r.proposed_group, width: 150, show: (r) => (r.proposed_group ? <div><Text size="sm" fw={560}>{r.proposed_group}</Text>{r.because && <Text size="xs" c="dimmed">{r.because}</Text>}</div> : <span className="soft">–</span>) },
    { id: "cost", title: t("column.costOnly"), kind: "amount", value: (r) => r.cost, currency: (r) => r.currency, total: true },
  ], [t, f]);
  const write = can("config.write");
  return (
    <Card
      flush label={t("unmapped.title")}
      title={<Stack gap={0}><Text component="h2" fw={620} fz="lg" m={0}>{t("unmapped.count", { count: rows.length })}</Text><Text size="sm" c="dimmed">{t("unmapped.help", { month: f.period(period) })}</Text></Stack>}
      tools={<><State tone="warn">{t("unmapped.holds")}</State>{write && proposed.length > 0 && <Button size="compact-sm" leftSection={<IconWand size={15} />} onClick={() => map(sheet(proposed, true))}>{t("unmapped.take", { count: proposed.length })}</Button>}</>}
    >
      <DataTable
        name="unmapped" label={t("unmapped.title")} plain={rows.length < 10} columns={columns} rows={rows} rowKey={(r) => `${r.account} ${r.payer} ${r.currency}`} sort="-cost" maxHeight={360}
        bulk={write ? [{ label: t("assign"), icon: <IconArrowsExchange size={15} />, tone: "primary", do: (marked) => map(sheet(marked, true)) }] : undefined}
      />
    </Card>
  );
}
