import { Box, Text } from "@mantine/core";

import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import type { Facts, Payer } from "./facts";

interface Row { payer: Payer; id: string; lines?: number; billed?: string; currency: string; expected?: { total: string; arrived: boolean } }

/** The provider's invoices that were seen in the exports, beside those that were declared. */
export function Loads({ facts }: { facts: Facts }) {
  const t = useWords("month");
  const f = useFormats();
  const rows = facts.payers.flatMap(rowsOf);
  const lines = facts.status.loads.reduce((all, l) => all + l.rows, 0);
  const columns: Column<Row>[] = [
    { id: "payer", title: t("track.payer"), value: (r) => r.payer.name ?? r.payer.payer },
    { id: "invoice", title: t("loads.invoice"), kind: "id", value: (r) => r.id },
    { id: "lines", title: t("loads.lines"), kind: "number", value: (r) => r.lines, total: true },
    { id: "billed", title: t("loads.billed"), kind: "amount", value: (r) => r.billed, currency: (r) => r.currency, total: true },
    { id: "declared", title: t("loads.declared"), kind: "amount", value: (r) => r.expected?.total, currency: (r) => r.currency },
    { id: "state", title: t("loads.state"), value: (r) => (r.expected ? (r.expected.arrived ? "arrived" : "missing") : "seen"), show: (r) => <State tone={!r.expected ? "quiet" : r.expected.arrived ? "good" : "warn"}>{t(`loads.${!r.expected ? "seen" : r.expected.arrived ? "arrived" : "missing"}`)}</State> },
  ];
  return (
    <Card title={t("loads.title")} tools={<Text size="sm" c="dimmed" className="num">{t("loads.exports", { count: facts.status.loads.length, lines: f.number(lines) })}</Text>} flush>
      <DataTable name="provider-invoices-seen" label={t("loads.title")} columns={columns} rows={rows} rowKey={(r) => `${r.payer.payer} ${r.id}`} plain empty={<Box p="md"><Text c="dimmed">{t("loads.none")}</Text></Box>} />
    </Card>
  );
}

function rowsOf(payer: Payer): Row[] {
  const seen = payer.invoices.map((i): Row => {
    const [currency, billed] = Object.entries(i.billed)[0] ?? ["USD", undefined];
    return { payer, id: i.id, lines: i.lines, billed, currency, expected: payer.expected.find((e) => e.id === i.id) };
  });
  const missing = payer.expected.filter((e) => !payer.invoices.some((i) => i.id === e.id)).map((e): Row => ({ payer, id: e.id, currency: e.currency, expected: e }));
  return [...seen, ...missing];
}
