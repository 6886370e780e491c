import { Group, Stack, Tabs, Text } from "@mantine/core";
import { useSearchParams } from "react-router";

import { type Schema, useAsk } from "../../api/query";
import { Figure } from "../../ui/chart";
import { isNegative, ratio } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Answer, Empty } from "../../ui/state";
import { useWords } from "../../words/words";
import { Coverage } from "./coverage";
import { Flow } from "./flow";
import { Heat } from "./heat";
import { Inventory } from "./inventory";
import { Timeline } from "./timeline";

const tabs = ["month", "hours", "flow", "coverage", "timeline"] as const;

/** Who paid, who benefits, what is wasted? */
export default function CommitmentsPage() {
  const t = useWords("commitment");
  const f = useFormats();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const tab = tabs.find((x) => x === params.get("tab")) ?? "month";
  const month = useAsk("/api/v1/months/{period}/commitments", { params: { path: { period } } });
  const choose = (next: string | null) => setParams((before) => { const p = new URLSearchParams(before); if (next && next !== "month") p.set("tab", next); else p.delete("tab"); return p; }, { replace: true });
  return (
    <Page title={t("title")} question={t("question")} wide>
      <Card label={t("sums")}><Answer of={month} lines={2}>{(m) => <Sums totals={m.totals} period={period} />}</Answer></Card>
      <Tabs value={tab} onChange={choose}>
        <Tabs.List mb="md">{tabs.map((x) => <Tabs.Tab key={x} value={x}>{t(`tab.${x}`)}</Tabs.Tab>)}</Tabs.List>
        <Tabs.Panel value="month"><Card flush label={t("tab.month")}><Inventory of={month} /></Card></Tabs.Panel>
        <Tabs.Panel value="hours"><Heat period={period} /></Tabs.Panel>
        <Tabs.Panel value="flow"><Flow period={period} /></Tabs.Panel>
        <Tabs.Panel value="coverage"><Coverage period={period} /></Tabs.Panel>
        <Tabs.Panel value="timeline"><Timeline /></Tabs.Panel>
      </Tabs>
      <Text size="sm" c="dimmed">{t("bothSides", { month: f.period(period) })}</Text>
    </Page>
  );
}

function Sums({ totals, period }: { totals: Schema<"CommitmentTotal">[]; period: string }) {
  const t = useWords("commitment");
  const f = useFormats();
  if (totals.length === 0) return <Empty title={t("none", { month: f.period(period) })}>{t("noneHelp")}</Empty>;
  return (
    <Stack gap="md" pt={4}>
      {totals.map((x) => (
        <Group key={x.currency} gap={40} align="flex-start">
          <Figure label={t("paid", { count: x.commitments })} below={<span className="soft">{t("paidHelp")}</span>}>{f.money(x.cost, x.currency)}</Figure>
          <Figure label={t("wasted")} below={<span className="soft">{t("ofCost", { share: f.percent(ratio(x.unused_cost, x.cost)) })}</span>}>{f.money(x.unused_cost, x.currency)}</Figure>
          <Figure label={t("wastedAlone")} below={<span className="soft">{t("ofCost", { share: f.percent(ratio(x.alone_unused_cost, x.cost)) })}</span>}>{f.money(x.alone_unused_cost, x.currency)}</Figure>
          <Figure label={t("gain")} below={<span className="soft">{isNegative(x.gain) ? t("lossHelp") : t("gainHelp")}</span>}>{f.change(x.gain, x.currency)}</Figure>
        </Group>
      ))}
    </Stack>
  );
}
