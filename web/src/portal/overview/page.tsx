import { SimpleGrid, Stack } from "@mantine/core";
import { useSearchParams } from "react-router";

import { useAsk } from "../../api/query";
import { Ways } from "../../ui/chart";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Answer, Empty } from "../../ui/state";
import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";
import { useHas, useOrganization } from "../frame";
import { AnswerCard } from "./answer";
import { OpenInvoices } from "./owed";
import { Spread } from "./spread";
import { Trend } from "./trend";

/** What will I pay, and why is it different? */
export default function Overview() {
  const t = useWords("overview");
  const f = useFormats();
  const { period } = usePeriod();
  const has = useHas();
  const organization = useOrganization().id;
  const overview = useAsk("/api/v1/portal/overview", { params: { query: { period, organization } } });
  const [params, setParams] = useSearchParams();
  return (
    <Page title={t("title")} question={t("question", { month: f.period(period) })}>
      <Answer of={overview} height={360}>
        {(o) => {
          const currencies = o.currencies.map((c) => c.currency);
          const currency = currencies.includes(params.get("currency") ?? "") ? params.get("currency")! : currencies[0];
          const money = o.currencies.find((c) => c.currency === currency);
          if (!o.rated || !money) return <Card><Empty title={t("none", { month: f.period(period) })}>{t("noneHelp")}</Empty></Card>;
          return (
            <Stack gap="md">
              {currencies.length > 1 && <Ways label={t("currency")} value={currency!} onChange={(c) => setParams((p) => { p.set("currency", c); return p; })} ways={currencies.map((c) => ({ value: c, label: c }))} />}
              <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
                <AnswerCard overview={o} money={money} />
                <Trend overview={o} money={money} />
              </SimpleGrid>
              {has("invoices", "invoices.read") && <OpenInvoices />}
              <Spread period={period} currency={money.currency} />
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}
