import { Box, Group, Progress, Stack, Text, Tooltip } from "@mantine/core";

import { type Schema, useAsk } from "../../api/query";
import { Amount, Id } from "../../ui/amount";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Answer, Empty, State } from "../../ui/state";
import { useWords } from "../../words/words";
import { useProviderName } from "../provider";
import classes from "./source.module.css";

type Readiness = Schema<"PipelinePayerReadiness">;

/** How far the provider is with the month of each payer. */
export function Payers({ period }: { period: string }) {
  const t = useWords("source");
  const can = useCan();
  const readiness = useAsk("/api/v1/months/{period}/readiness", { params: { path: { period } } }, { when: can("months.read") });
  if (!can("months.read")) return null;
  return (
    <Card title={t("payers")}>
      <Answer of={readiness} height={120}>
        {(data) => data.payers.length === 0 ? <Empty title={t("noPayers")}>{t("noPayersHelp")}</Empty> : (
          <div className={classes.payers}>{data.payers.map((p) => <Payer key={p.payer} of={p} />)}</div>
        )}
      </Answer>
    </Card>
  );
}

function Payer({ of: p }: { of: Readiness }) {
  const t = useWords("source");
  const provider = useProviderName();
  const f = useFormats();
  const all = p.invoiced_usage_lines + p.open_usage_lines;
  const arrived = p.expected.filter((e) => e.arrived).length;
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Group gap={6}>
          <Text fw={600}>{p.name || p.payer}</Text>
          <span className="soft">{provider(p.provider)}</span>
          {p.name && <Id value={p.payer} />}
        </Group>
        {p.ready ? <State tone="good">{t("ready")}</State> : p.reports === 0 ? <State tone="quiet">{t("state.nothing")}</State> : <State tone="info">{t("running")}</State>}
      </Group>
      {all > 0 && (
        <Tooltip label={t("invoiced", { done: f.number(p.invoiced_usage_lines), all: f.number(all) })}>
          <Box><Progress size="sm" value={(p.invoiced_usage_lines / all) * 100} color={p.ready ? "var(--good)" : "var(--info)"} aria-label={t("invoiced", { done: f.number(p.invoiced_usage_lines), all: f.number(all) })} /></Box>
        </Tooltip>
      )}
      <Text size="sm" className="num">{all > 0 ? t("invoiced", { done: f.number(p.invoiced_usage_lines), all: f.number(all) }) : t("noLines")}</Text>
      {!p.ready && p.why && <Text size="sm" c="dimmed">{p.why}</Text>}
      {p.invoices.length > 0 && (
        <Text size="sm" component="div">
          <span className="soft">{t("seen")} </span>
          {p.invoices.map((i) => (
            <span key={i.id} className={classes.invoice}>
              <span className="id">{i.id}</span> {Object.entries(i.billed).map(([c, a]) => <Amount key={c} value={a} currency={c} />)}
            </span>
          ))}
        </Text>
      )}
      {p.expected.length > 0 && <Text size="sm">{t("expected", { arrived, all: p.expected.length })}</Text>}
      <Text size="xs" c="dimmed">{t("lastLoaded", { time: f.time(p.last_loaded) })}</Text>
    </Stack>
  );
}
