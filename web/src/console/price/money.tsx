import { Group, SimpleGrid, Text } from "@mantine/core";
import { useMemo } from "react";
import { useNavigate } from "react-router";

import type { Schema } from "../../api/query";
import { Amount, Change } from "../../ui/amount";
import { Figure } from "../../ui/chart";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Empty } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";

type Use = Schema<"BookUse">;
type Sum = Use["totals"][number];

/** What a book comes to in the month, and to whom it is attached. */
export function Totals({ use, rules, attached }: { use?: Use; rules: number; attached: React.ReactNode }) {
  const t = useWords("price");
  const f = useFormats();
  const { period } = usePeriod();
  const sums: (Sum | undefined)[] = use?.totals?.length ? use.totals : [undefined];
  return (
    <Card label={t("totals", { month: f.period(period) })}>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="md">
        {sums.map((s, i) => [
          <Figure key={`p${i}`} label={t("column.price")} below={s && <Text span size="sm" c="dimmed">{f.period(period)}</Text>}>{s ? <Amount value={s.price} currency={s.currency} /> : "–"}</Figure>,
          <Figure key={`b${i}`} label={t("column.base")}>{s ? <Amount value={s.base} currency={s.currency} /> : "–"}</Figure>,
          <Figure key={`d${i}`} label={t("column.difference")}>{s ? <Change value={s.difference} currency={s.currency} /> : "–"}</Figure>,
        ])}
        <Figure label={t("column.groups")} below={use && <Text span size="sm" c="dimmed">{t("rulesCount", { count: rules })}</Text>}>{use ? f.number(use.groups.length) : "–"}</Figure>
        <div>
          <Text size="sm" c="dimmed" mb={4}>{t("column.attached")}</Text>
          {use && use.attached_to.length === 0 ? <Text size="md">{t("nobody")}</Text> : attached}
        </div>
      </SimpleGrid>
    </Card>
  );
}

/** What those who pay by the book use and none of its rules prices. */
export function Unmatched({ use }: { use?: Use }) {
  const t = useWords("price");
  type Row = Use["unmatched"][number];
  const columns = useMemo((): Column<Row>[] => [
    { id: "service", title: t("column.service"), value: (r) => r.service || r.code, show: (r) => <span>{r.service || r.code} <span className="soft id">{r.service ? r.code : ""}</span></span> },
    { id: "book", title: t("column.pricedBy"), value: (r) => r.by_book, show: (r) => r.by_book ?? <span className="soft">{t("atBase")}</span> },
    { id: "charges", title: t("column.charges"), kind: "number", value: (r) => r.charges },
    { id: "base", title: t("column.base"), kind: "amount", currency: (r) => r.currency, value: (r) => r.base, total: true },
    { id: "price", title: t("column.price"), kind: "amount", currency: (r) => r.currency, value: (r) => r.price, total: true },
  ], [t]);
  if (!use?.unmatched?.length) return null;
  return (
    <Card flush title={<Group gap="xs"><Text component="h2" m={0} fw={620} fz="lg">{t("unmatched")}</Text></Group>}>
      <Text size="sm" c="dimmed" px="md" py="xs">{t("unmatchedHelp")}</Text>
      <DataTable plain name="unmatched" label={t("unmatched")} columns={columns} rows={use.unmatched} rowKey={(r) => `${r.code} ${r.currency} ${r.by_book ?? ""}`} maxHeight={320} />
    </Card>
  );
}

/** Who pays by the book in the month. */
export function Payers({ use }: { use?: Use }) {
  const t = useWords("price");
  const go = useNavigate();
  type Row = Sum & { group: string };
  const rows = useMemo(() => use?.groups.flatMap((g) => g.sums.map((s): Row => ({ group: g.group, ...s }))), [use]);
  const columns = useMemo((): Column<Row>[] => {
    const currency = (r: Row) => r.currency;
    return [
      { id: "group", title: t("column.group"), value: (r) => r.group },
      { id: "charges", title: t("column.charges"), kind: "number", value: (r) => r.charges, total: true },
      { id: "base", title: t("column.base"), kind: "amount", currency, value: (r) => r.base, total: true },
      { id: "price", title: t("column.price"), kind: "amount", currency, value: (r) => r.price, total: true },
      { id: "difference", title: t("column.difference"), kind: "amount", currency, value: (r) => r.difference, total: true },
      { id: "managed", title: t("column.managed"), kind: "amount", currency, value: (r) => r.managed, total: true },
    ];
  }, [t]);
  return (
    <Card flush label={t("view.payers")}>
      <DataTable name="book-payers" label={t("view.payers")} columns={columns} rows={use ? rows : []} rowKey={(r) => r.group + r.currency} sort="-price" onOpen={(r) => void go(`/groups/${encodeURIComponent(r.group)}`)} empty={<Empty title={t("nobodyPays")}>{t("nobodyPaysHelp")}</Empty>} />
    </Card>
  );
}
