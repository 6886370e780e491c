import { Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";

import type { Schema } from "../../api/query";
import { useWords } from "../../words/words";
import { Ways } from "../chart";
import { useFormats } from "../format";
import { providerName } from "../invoice/labels";
import { Card } from "../page";
import { Answer, Empty, State } from "../state";
import { type Column, DataTable } from "../table";
import { Told } from "./figure";
import { type Bill, monthsOf } from "./spend";

/** The last months' bills by category and usage type. */
export function Bills({ of }: { of: UseQueryResult<Schema<"SpendBills">, Error> }) {
  const t = useWords("spend");
  return of.data ? <Table of={of.data} /> : <Card title={t("bills.title")}><Answer of={of} height={180}>{() => null}</Answer></Card>;
}

function Table({ of }: { of: Schema<"SpendBills"> }) {
  const t = useWords("spend");
  const f = useFormats();
  const months = monthsOf(of.bills);
  const [chosen, choose] = useState("");
  const month = months.includes(chosen) ? chosen : months[0] ?? of.period;
  const rows = of.bills.filter((b) => b.period === month);
  const final = rows.length > 0 && rows.every((b) => b.final);
  const held = rows.some((b) => b.held);
  const columns: Column<Bill>[] = [
    { id: "provider", title: t("bills.provider"), value: (b) => providerName(b.provider, of.provider_names) },
    { id: "category", title: t("bills.category"), width: 170, value: (b) => b.category },
    { id: "usage", title: t("bills.usage"), width: 200, value: (b) => b.usage_type, show: (b) => b.usage_type || <span className="soft">–</span> },
    { id: "amount", title: t("bills.amount"), kind: "amount", value: (b) => b.amount, currency: () => of.currency, show: (b) => <Told of={b} currency={of.currency} bare />, total: true },
  ];
  return (
    <Card
      flush title={t("bills.title")}
      tools={months.length > 0 && (
        <>
          <State tone={final ? "good" : held ? "warn" : "info"}>{t(final ? "bills.final" : held ? "bills.held" : "bills.open")}</State>
          {months.length > 1 && <Ways label={t("bills.month")} value={month} onChange={choose} ways={months.map((value) => ({ value, label: f.period(value, true) }))} />}
        </>
      )}
    >
      <DataTable
        name="spend-bills" label={t("bills.title")} columns={columns} rows={rows} rowKey={(b) => `${b.provider} ${b.category} ${b.usage_type}`} sort="-amount" maxHeight={420}
        empty={<Empty title={t("bills.none")}>{t("bills.noneHelp")}</Empty>} tools={<Text size="sm" c="dimmed">{f.period(month)}</Text>}
      />
    </Card>
  );
}
