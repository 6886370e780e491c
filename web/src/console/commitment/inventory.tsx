import type { UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import { useNavigate } from "react-router";

import type { Schema } from "../../api/query";
import { Empty, Failed } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { CommitmentLink, commitmentPath, Ends, useCodes, useCovers, useGroupName, Used } from "./words";

type Position = Schema<"CommitmentPosition">;

/** The reservations and savings plans of a month, those that waste most first. */
export function Inventory({ of }: { of: UseQueryResult<Schema<"CommitmentInventory">, Error> }) {
  const t = useWords("commitment");
  const covers = useCovers();
  const code = useCodes();
  const group = useGroupName();
  const go = useNavigate();
  const columns = useMemo((): Column<Position>[] => [
    { id: "id", title: t("column.id"), value: (c) => c.id, show: (c) => <CommitmentLink id={c.id} />, width: 128 },
    { id: "kind", title: t("column.kind"), value: (c) => code("kind", c.kind), width: 116, hidden: true },
    { id: "covers", title: t("column.covers"), value: (c) => covers(c), show: (c) => <span style={{ whiteSpace: "nowrap" }}>{covers(c)}</span> },
    { id: "group", title: t("column.group"), value: (c) => c.owner_groups.map(group).join(", "), width: 122 },
    { id: "end", title: t("column.atMonthEnd"), value: (c) => c.days_left, show: (c) => <Ends days={c.days_left} state={c.days_left === undefined ? "unknown" : c.days_left < 0 ? "ended" : "active"} /> },
    { id: "owner", title: t("column.owner"), kind: "id", value: (c) => c.owner, hidden: true },
    { id: "payer", title: t("column.payer"), kind: "id", value: (c) => c.payer, hidden: true },
    { id: "used", title: t("column.used"), kind: "percent", value: (c) => c.utilization_percent, show: (c) => <Used percent={c.utilization_percent} /> },
    { id: "alone", title: t("column.alone"), kind: "percent", value: (c) => c.alone?.utilization_percent, show: (c) => <Used percent={c.alone?.utilization_percent} /> },
    { id: "cost", title: t("column.cost"), kind: "amount", currency: (c) => c.currency, value: (c) => c.cost, total: true },
    { id: "unused", title: t("column.unused"), kind: "amount", currency: (c) => c.currency, value: (c) => c.unused_cost, total: true },
    { id: "aloneUnused", title: t("column.aloneUnused"), kind: "amount", currency: (c) => c.currency, value: (c) => c.alone?.unused_cost, total: true, hidden: true },
    { id: "gain", title: t("column.gain"), kind: "amount", currency: (c) => c.currency, value: (c) => c.gain.total, total: true },
  ], [t, covers, code, group]);
  if (of.error) return <Failed error={of.error} again={() => void of.refetch()} />;
  return (
    <DataTable
      name="commitments" label={t("tab.month")} columns={columns} rows={of.data?.commitments} rowKey={(c) => `${c.payer} ${c.id}`} sort="-unused"
      onOpen={(c) => void go(commitmentPath(c.id))} empty={<Empty title={t("noneHere")} />}
    />
  );
}
