import { Anchor, Group, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";

import type { Schema } from "../../api/query";
import { useWords } from "../../words/words";
import { Change } from "../amount";
import { Figure } from "../chart";
import { compare } from "../decimal";
import { useFormats } from "../format";
import { Card } from "../page";
import { Notice } from "../state";
import { type Column, DataTable } from "../table";
import { Bills } from "./bills";
import { Told } from "./figure";
import { Services } from "./services";
import { Sources } from "./sources";
import { type Grain, isWhole, type Part, type Spend } from "./spend";
import { Trend } from "./trend";

interface Props {
  spend: Spend;
  bills: UseQueryResult<Schema<"SpendBills">, Error>;
  parts: Part[];
  onGrain: (grain: Grain) => void;
  /** Where the page of an organization is. */
  to: (organization: string) => string;
  /** Beside what is nobody's: where that is mended. */
  assign?: ReactNode;
  /** Beside the title of the sources. */
  sources?: ReactNode;
  /** Where rates are declared, for those who may. */
  rates?: ReactNode;
}

/** What one organization spends, from its sum down to the places its bills are read from. */
export function SpendView({ spend: s, bills, parts, onGrain, to, assign, sources, rates }: Props) {
  const t = useWords("spend");
  const f = useFormats();
  const others = parts.some((p) => p.organization !== s.organization);
  return (
    <Stack gap="md">
      {s.missing_rates.length > 0 && (
        <Notice tone="warn" title={t("missing.title")} action={rates}>
          {t("missing.help")}
          <ul>{s.missing_rates.map((m) => <li key={`${m.from} ${m.to} ${m.month}`}>{t("missing.rate", { from: m.from, to: m.to, month: f.period(m.month) })}</li>)}</ul>
        </Notice>
      )}
      <Header of={s} assign={assign} />
      <Trend of={s} />
      <Services of={s} onGrain={onGrain} />
      {others && <Parts of={s} parts={parts} to={to} />}
      <Bills of={bills} />
      <Sources of={s.sources} names={s.provider_names} tools={sources} />
    </Stack>
  );
}

function Header({ of: s, assign }: { of: Spend; assign?: ReactNode }) {
  const t = useWords("spend");
  const f = useFormats();
  const whole = isWhole(s, new Date().toISOString()) && (!s.estimate || compare(s.estimate.amount, s.to_date.amount) === 0); // a month that is over, and read to its end
  const change = s.change && <Text size="sm" component="div"><Change value={s.change.amount} before={s.last_month.amount} currency={s.currency} worse="up" /> <Text span size="sm" c="dimmed">{t("head.against")}</Text></Text>;
  return (
    <Card label={t("head.label")}>
      <Group gap="xl" align="flex-start">
        <Figure label={whole ? f.period(s.period) : t("head.toDate", { month: f.period(s.period) })} below={whole ? change : <Text size="sm" c="dimmed">{t("head.through", { day: f.shortDay(s.day) })}</Text>}><Told of={s.to_date} currency={s.currency} /></Figure>
        <Figure label={t("head.last")}><Told of={s.last_month} currency={s.currency} /></Figure>
        {!whole && s.estimate && <Figure label={t("head.estimate")} below={change}><Told of={s.estimate} currency={s.currency} /></Figure>}
        {!whole && !s.estimate && <Figure label={t("head.estimate")} below={<Text size="sm" c="dimmed">{t("head.noEstimate")}</Text>}>–</Figure>}
        {s.unassigned && <Figure label={t("head.unassigned")} below={assign}><Told of={s.unassigned} currency={s.currency} /></Figure>}
      </Group>
    </Card>
  );
}

function Parts({ of: s, parts, to }: { of: Spend; parts: Part[]; to: (organization: string) => string }) {
  const t = useWords("spend");
  const f = useFormats();
  const name = (p: Part) => (p.organization === s.organization ? t("parts.itself", { name: p.name || p.organization }) : p.name || p.organization);
  const columns: Column<Part>[] = [
    { id: "name", title: t("parts.who"), width: 180, value: name, show: (p) => (p.organization === s.organization ? <span className="soft">{name(p)}</span> : <Anchor component={Link} to={to(p.organization)} size="sm">{name(p)}</Anchor>) },
    { id: "month", title: f.period(s.period, true), kind: "amount", value: (p) => p.month?.amount, currency: () => s.currency, show: (p) => <Told of={p.month} currency={s.currency} bare />, total: true },
    { id: "last", title: t("parts.last"), kind: "amount", value: (p) => p.last_month?.amount, currency: () => s.currency, show: (p) => <Told of={p.last_month} currency={s.currency} bare />, total: true },
  ];
  return (
    <Card flush title={t("parts.title")}>
      <DataTable name="spend-parts" label={t("parts.title")} plain columns={columns} rows={parts} rowKey={(p) => p.organization} maxHeight={420} />
    </Card>
  );
}
