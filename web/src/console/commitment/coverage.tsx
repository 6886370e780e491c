import { Text } from "@mantine/core";
import { useMemo } from "react";

import { type Schema, useAll } from "../../api/query";
import { Card } from "../../ui/page";
import { Answer, Empty } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { useGroupName, Used } from "./words";

type Covered = Schema<"CommitmentCoverage">;

/** How much of each group's usage commitments cover: who is one to buy for? */
export function Coverage({ period }: { period: string }) {
  const t = useWords("commitment");
  const group = useGroupName();
  const all = useAll("/api/v1/months/{period}/commitment-coverage", { params: { path: { period } } });
  const columns = useMemo((): Column<Covered>[] => [
    { id: "group", title: t("column.group"), value: (c) => group(c.group) },
    { id: "alone", title: t("coverage.basis"), value: (c) => (c.alone ? t("coverage.isAlone") : t("coverage.asProvider")) },
    { id: "eligible", title: t("coverage.eligible"), kind: "amount", currency: (c) => c.currency, value: (c) => c.eligible, total: true },
    { id: "provider_percent", title: t("coverage.provider"), kind: "percent", value: (c) => c.provider_percent, show: (c) => <Used percent={c.provider_percent} /> },
    { id: "own_percent", title: t("coverage.own"), kind: "percent", value: (c) => c.own_percent, show: (c) => <Used percent={c.own_percent} /> },
    { id: "on_demand", title: t("coverage.onDemand"), kind: "amount", currency: (c) => c.currency, value: (c) => c.on_demand, total: true },
  ], [t, group]);
  return (
    <Card flush title={t("tab.coverage")}>
      <Text size="sm" c="dimmed" px="md" py="xs">{t("coverage.help")}</Text>
      <Answer of={all} lines={8}>
        {({ rows }) => <DataTable name="commitment-coverage" label={t("tab.coverage")} columns={columns} rows={rows} rowKey={(c) => `${c.group} ${c.currency}`} sort="-on_demand" empty={<Empty title={t("noneHere")} />} />}
      </Answer>
    </Card>
  );
}
