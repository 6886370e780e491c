import { Button, Group, Text } from "@mantine/core";
import { IconTrendingUp } from "@tabler/icons-react";
import { useState } from "react";

import { useWords } from "../../words/words";
import { Ways } from "../chart";
import { isZero } from "../decimal";
import { useFormats } from "../format";
import { providerName } from "../invoice/labels";
import { Card } from "../page";
import { Empty } from "../state";
import { type Column, DataTable } from "../table";
import { Told } from "./figure";
import type { Grain, Spend } from "./spend";
import classes from "./spend.module.css";

const first = 5;

type Row = Spend["services"]["rows"][number];

/** Services over six periods; what grew by more than half is marked. */
export function Services({ of, onGrain }: { of: Spend; onGrain: (grain: Grain) => void }) {
  const t = useWords("spend");
  const f = useFormats();
  const [all, setAll] = useState(false);
  const { rows, periods, total } = of.services;
  const grain = of.services.grain === "day" ? "day" : "month";
  const shown = all ? rows : rows.slice(0, first);
  const since = Math.max(total.findIndex((t) => !isZero(t.amount)), 0); // before, nothing was used
  const columns: Column<Row>[] = [
    { id: "service", title: t("services.service"), width: 190, value: (r) => r.service, show: (r) => <>{r.service || t("services.other")} <Text span size="xs" c="dimmed">{providerName(r.provider, of.provider_names)}</Text></>, total: () => t("services.total", { count: rows.length }) },
    ...periods.map((period, i): Column<Row> => ({
      id: period, title: grain === "day" ? f.shortDay(period) : f.period(period, true), kind: "amount", value: (r) => r.cells[i]?.amount,
      show: (r) => <Told of={r.cells[i]} currency={of.currency} bare />, total: () => <Told of={total[i]} currency={of.currency} bare />,
    })).slice(since),
  ];
  return (
    <Card flush title={t("services.title", { currency: of.currency })} tools={<Ways label={t("services.by")} value={grain} onChange={onGrain} ways={[{ value: "month", label: t("services.months") }, { value: "day", label: t("services.days") }]} />}>
      <DataTable name="spend-services" label={t("services.title", { currency: of.currency })} plain columns={columns} rows={shown} rowKey={(r) => `${r.provider} ${r.service}`} empty={<Empty title={t("services.none")}>{t("services.noneHelp")}</Empty>} />
      {rows.length > 0 && (
        <Group justify="space-between" gap="xs" px="sm" py={6}>
          <Text size="sm" c="dimmed" component="div"><span className={classes.high}><IconTrendingUp size={13} aria-hidden />{t("services.mark")}</span>{" "}<Text span size="sm" c="dimmed" ml={8}>{t("services.markHelp")}</Text></Text>
          {rows.length > first && <Button size="compact-sm" variant="subtle" aria-expanded={all} onClick={() => setAll(!all)}>{all ? t("services.fewer") : t("services.all", { count: rows.length })}</Button>}
        </Group>
      )}
    </Card>
  );
}
