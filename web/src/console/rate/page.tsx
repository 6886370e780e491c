import { Anchor, Button, Group, Text } from "@mantine/core";
import { IconFileTypeCsv, IconPlus, IconReceipt } from "@tabler/icons-react";
import { useMemo, useState } from "react";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { monthBefore, usePeriod } from "../../ui/period";
import { Empty, Failed, Notice, State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { Editing, type Edit } from "./editing";
import { Importing } from "./importing";
import { Named } from "./named";
import { type Needs, type Row, rowsOf } from "./pairs";

const months = 6; // that are shown beside each other

/** Exchange rates: what is missing in the month first, then all, month by month. */
export default function RatesPage() {
  const t = useWords("rate");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const [edit, setEdit] = useState<Edit>();
  const [importing, setImporting] = useState(false);
  const [naming, setNaming] = useState(false);
  const rates = useAll("/api/v1/exchange-rates");
  const all = useAll("/api/v1/months", undefined, { when: can("months.read") });
  const groups = useAll("/api/v1/billing-groups");
  const writes = can("rates.write") || can("config.write");
  const rows = useMemo(() => {
    if (!rates.data || (can("months.read") && !all.data) || !groups.data) return undefined;
    const loads = all.data?.rows.find((m) => m.period === period)?.loads ?? [];
    const needs: Needs = { billed: loads.map((l) => ({ payer: l.payer, currencies: Object.keys(l.billed ?? {}) })), invoiced: [...new Set(groups.data.rows.map((g) => g.currency))] };
    return rowsOf(rates.data.rows, needs, period);
  }, [rates.data, all.data, groups.data, period, can]);
  const missing = rows?.filter((r) => r.missing) ?? [];
  const open = (row?: Row) => setEdit({ month: period, row });
  const columns = useColumns(period, writes ? open : undefined);
  const actions = writes && (
    <>
      <Button variant="default" leftSection={<IconReceipt size={15} />} onClick={() => setNaming(true)}>{t("named.open")}</Button>
      <Button variant="default" leftSection={<IconFileTypeCsv size={15} />} onClick={() => setImporting(true)}>{t("importing.open")}</Button>
      <Button leftSection={<IconPlus size={15} />} onClick={() => open()}>{t("add")}</Button>
    </>
  );
  return (
    <Page title={t("title")} question={t("question", { month: f.period(period) })} actions={actions} wide>
      {rows && (missing.length > 0
        ? <Notice tone="warn" title={t("missing", { count: missing.length, month: f.period(period) })}>{t("missingHelp", { pairs: f.list(missing.map((r) => t("pair", { from: r.from, to: r.to }))) })}</Notice>
        : <Group gap="xs"><State tone="good">{t("complete", { month: f.period(period) })}</State><Text size="sm" c="dimmed">{t("direction")}</Text></Group>)}
      <Card flush label={t("title")}>
        {rates.error ? <Failed error={rates.error} again={() => void rates.refetch()} /> : (
          <DataTable
            name="exchange-rates" label={t("title")} columns={columns} rows={rows} rowKey={(r) => r.key} onOpen={writes ? open : undefined} mark={(r) => (r.missing ? "warn" : undefined)}
            empty={<Empty title={t("none")} action={writes && <Button onClick={() => open()}>{t("add")}</Button>}>{t("noneHelp")}</Empty>}
          />
        )}
      </Card>
      {edit && <Editing edit={edit} close={() => setEdit(undefined)} />}
      <Importing opened={importing} close={() => setImporting(false)} />
      <Named opened={naming} close={() => setNaming(false)} period={period} />
    </Page>
  );
}

function useColumns(period: string, open?: (row: Row) => void): Column<Row>[] {
  const t = useWords("rate");
  const f = useFormats();
  return useMemo((): Column<Row>[] => {
    const before = monthBefore(period);
    const shown = Array.from({ length: months }, (_, i) => monthBefore(period, months - 1 - i));
    return [
      { id: "pair", title: t("column.pair"), value: (r) => t("pair", { from: r.from, to: r.to }), width: 110, show: (r) => <b>{t("pair", { from: r.from, to: r.to })}</b> },
      { id: "level", title: t("column.level"), value: (r) => t(`level.${r.level}` as "level.common"), show: (r) => <span>{t(`level.${r.level}` as "level.common")} {r.target && <span className="id">{r.target}</span>}</span>, width: 170 },
      ...shown.map((month): Column<Row> => ({
        id: month, title: f.period(month, true), kind: "number", value: (r) => r.rates.get(month)?.rate,
        show: (r) => {
          const rate = r.rates.get(month)?.rate;
          if (month !== period) return <span className="num soft">{f.number(rate, 12)}</span>;
          if (rate === undefined) return r.missing ? <State tone="warn">{t("missingOne")}</State> : <span className="soft">–</span>;
          return open ? <Anchor component="button" type="button" className="num" fw={600} size="sm" aria-label={t("editThis", { pair: t("pair", { from: r.from, to: r.to }), rate: f.number(rate, 12) })} onClick={() => open(r)}>{f.number(rate, 12)}</Anchor> : <b className="num">{f.number(rate, 12)}</b>;
        },
      })),
      {
        id: "change", title: t("column.change"), kind: "percent", value: () => undefined,
        show: (r) => {
          const [a, b] = [r.rates.get(before)?.rate, r.rates.get(period)?.rate];
          return <span className="num soft">{a && b ? f.growth(a, b, 2) : "–"}</span>;
        },
      },
    ];
  }, [t, f, period, open]);
}
