import { Select, SimpleGrid, Text } from "@mantine/core";
import { useSearchParams } from "react-router";

import { type Schema, useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Answer, Empty } from "../../ui/state";
import { useWords } from "../../words/words";
import { Booking } from "./booking";
import { Mapping } from "./mapping";

export type AccountingSystem = Schema<"AccountingSystem">;

/** Issued documents for accounting systems: where things are booked, and the files of a month. */
export default function AccountingPage() {
  const t = useWords("accounting");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const systems = useAsk("/api/v1/accounting/systems", undefined, { when: can("config.read") });
  const choose = (name: string | null) => name && setParams((before) => { const next = new URLSearchParams(before); next.set("system", name); return next; }, { replace: true });
  if (!can("config.read")) return <Page title={t("title")}><Card label={t("title")}><Empty title={t("denied")} /></Card></Page>;
  return (
    <Page title={t("title")} question={t("question", { month: f.period(period) })} wide>
      <Answer of={systems} height={420}>
        {({ items }) => {
          // The one that was asked for, else one that was set up here, else the first.
          const system = items.find((s) => s.name === params.get("system")) ?? items.find((s) => s.mapping) ?? items[0];
          if (!system) return <Empty title={t("none")} />;
          return (
            <>
              <Select label={t("system")} description={system.files} inputWrapperOrder={["label", "input", "description"]} maw={520} allowDeselect={false} searchable value={system.name} onChange={choose} data={items.map((s) => ({ value: s.name, label: s.mapping ? t("ownMapping", { title: s.title }) : s.title }))} />
              <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md" style={{ alignItems: "start" }}>
                {can("invoices.read") ? <Booking key={`${system.name} ${period}`} system={system} period={period} /> : <Card label={t("title")}><Text c="dimmed">{t("deniedExport")}</Text></Card>}
                <Mapping key={system.name} system={system} />
              </SimpleGrid>
            </>
          );
        }}
      </Answer>
    </Page>
  );
}
