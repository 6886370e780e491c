import { Group, SimpleGrid, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

import { type RowOf, useAll } from "../../api/query";
import { Figure } from "../../ui/chart";
import { isNegative, position, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card, Facts, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Answer, Empty, State } from "../../ui/state";
import { hasWord, useWords } from "../../words/words";
import { useOrganization } from "../frame";
import classes from "./commitment.module.css";

type Commitment = RowOf<"/api/v1/portal/commitments">;

/** What do our reservations and savings plans save, and are they used? */
export default function Commitments() {
  const t = useWords("owned");
  const f = useFormats();
  const { period } = usePeriod();
  const organization = useOrganization().id;
  const all = useAll("/api/v1/portal/commitments", { params: { query: { period, organization } } });
  return (
    <Page title={t("title")} question={t("question", { month: f.period(period) })}>
      <Answer of={all} height={320}>
        {({ rows }) => rows.length === 0
          ? <Card><Empty title={t("none", { month: f.period(period) })}>{t("noneHelp")}</Empty></Card>
          : (
            <Stack gap="md">
              <Sums rows={rows} />
              <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="md">{rows.map((c) => <One key={`${c.group} ${c.id}`} commitment={c} />)}</SimpleGrid>
            </Stack>
          )}
      </Answer>
    </Page>
  );
}

function Sums({ rows }: { rows: Commitment[] }) {
  const t = useWords("owned");
  const f = useFormats();
  const known = rows.filter((c) => c.saved !== undefined);
  const money = (amount: (c: Commitment) => string | undefined) => f.list([...new Set(known.map((c) => c.currency))].map((currency) => f.money(sum(known.filter((c) => c.currency === currency).map((c) => amount(c) ?? "0")), currency)));
  return (
    <Card label={t("savedAll")}>
      <Group gap="xl">
        {known.length > 0 && <Figure label={t("savedAll")}>{money((c) => c.saved)}</Figure>}
        {known.length > 0 && <Figure label={t("onDemand")}>{money((c) => c.on_demand)}</Figure>}
        <Figure label={t("count")}>{f.number(rows.length)}</Figure>
      </Group>
      <Text size="xs" c="dimmed" mt="xs">{t("exactness")}</Text>
    </Card>
  );
}

function One({ commitment: c }: { commitment: Commitment }) {
  const t = useWords("owned");
  const f = useFormats();
  const kind = hasWord("owned", `kind.${c.kind}`) ? t(`kind.${c.kind}` as "kind.other") : c.kind;
  const payment = c.payment && (hasWord("owned", `payment.${c.payment}`) ? t(`payment.${c.payment}` as "payment.No Upfront") : c.payment);
  const [low, used] = [c.utilization !== undefined && position(c.utilization) < 0.8, c.utilization];
  return (
    <Card title={kind} tools={c.given ? <State tone="info">{t("given")}</State> : <State tone="quiet">{t("own")}</State>}>
      <Stack gap="sm">
        <Text fw={560}>{[c.covers, c.region].filter(Boolean).join(" · ") || c.service || c.id}</Text>
        <div>
          <Group justify="space-between" mb={4}>
            <Text size="sm">{t("used")}</Text>
            <Text size="sm" fw={600} className="num">{f.percent(used)}</Text>
          </Group>
          {used !== undefined && <div className={classes.bar} role="img" aria-label={t("usedOf", { share: f.percent(used) })}><div className={classes.used} data-low={low || undefined} style={{ width: `${Math.min(100, position(used) * 100)}%` }} /></div>}
        </div>
        <Facts
          of={[
            [t("saved"), c.saved === undefined ? t("unknown") : <b key="saved" className="num" style={{ color: isNegative(c.saved) ? "var(--bad)" : undefined }}>{f.money(c.saved, c.currency)}</b>],
            ...(c.on_demand === undefined ? [] : [[t("onDemand"), <span key="d" className="num">{f.money(c.on_demand, c.currency)}</span>] as [string, ReactNode]]),
            ...(c.fees === undefined ? [] : [[t("fees"), <span key="f" className="num">{f.money(c.fees, c.currency)}</span>] as [string, ReactNode]]),
            [t("terms"), [c.term, payment].filter(Boolean).join(" · ") || "–"],
            [t("ends"), c.end ? f.day(c.end) : "–"],
            [t("units"), <span key="u" className="num">{c.kind.startsWith("sp-") ? t("perHour", { amount: f.money(c.units, c.currency) }) : f.number(c.units)}</span>],
          ]}
        />
      </Stack>
    </Card>
  );
}
