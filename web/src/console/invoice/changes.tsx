import { Group, Stack, Text } from "@mantine/core";
import { useMemo } from "react";

import { type Schema, useAsk } from "../../api/query";
import { Amount, Change } from "../../ui/amount";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { monthBefore } from "../../ui/period";
import { Answer, Empty, State, type Tone } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import type { Listed } from "./rows";

type Explained = Schema<"InsightChange">;

/** Why the usage of the group comes to something else than the month before: by usage and by price. */
export function Changes({ invoice }: { invoice: Listed }) {
  const t = useWords("invoice");
  const f = useFormats();
  const { period, group } = invoice;
  const changes = useAsk("/api/v1/changes", { params: { query: { period, group, top: 100 } } });
  const columns = useColumns();
  return (
    <Answer of={changes} height={420}>
      {(c) => {
        if (!c.rated || !c.compared) return <Card><Empty title={t("changes.none")}>{t("changes.noneHelp")}</Empty></Card>;
        return (
          <Stack gap="md">
            <Text c="dimmed">{c.over ? t("changes.help", { month: f.period(monthBefore(period)) }) : t("changes.helpDays", { count: c.compared_days, month: f.period(c.against) })}</Text>
            {c.currencies.map((money) => (
              <Card
                key={money.currency} flush title={t("changes.title", { currency: money.currency })}
                tools={<Text className="num"><Amount value={money.before} currency={money.currency} />{" → "}<Amount value={money.after} currency={money.currency} strong />{"  "}<Change value={money.change} before={money.before} currency={money.currency} /></Text>}
              >
                <DataTable name="invoice-changes" label={t("changes.title", { currency: money.currency })} columns={columns.map((x) => (x.kind === "amount" ? { ...x, currency: () => money.currency } : x))} rows={money.top} rowKey={(x) => `${x.account} ${x.service ?? ""} ${x.usage_type ?? ""}`} maxHeight={560} />
                {money.rest.changes > 0 && (
                  <Group justify="space-between" px="md" py="xs" style={{ borderTop: "1px solid var(--rule)" }}>
                    <Text c="dimmed">{t("changes.rest", { count: money.rest.changes })}</Text>
                    <Change value={money.rest.change} currency={money.currency} />
                  </Group>
                )}
              </Card>
            ))}
            {c.invoices.length > 0 && (
              <Card title={t("changes.beside")}>
                <Stack gap={6}>
                  {c.invoices.map((p) => (
                    <Group key={`${p.part} ${p.currency}`} justify="space-between">
                      <span>{t(`part.${p.part}` as "part.usage", { defaultValue: p.part })}</span>
                      <Change value={p.change} before={p.before} currency={p.currency} />
                    </Group>
                  ))}
                </Stack>
              </Card>
            )}
          </Stack>
        );
      }}
    </Answer>
  );
}

const tones: Record<string, Tone> = { new: "info", gone: "quiet", more_usage: "warn", less_usage: "good", dearer: "warn", cheaper: "good", mixed: "quiet" };

function useColumns(): Column<Explained>[] {
  const t = useWords("invoice");
  const f = useFormats();
  return useMemo((): Column<Explained>[] => [
    {
      id: "what", title: t("changes.what"), width: 190, value: (x) => [x.service, x.usage_type, x.account_name, x.account].filter(Boolean).join(" "),
      show: (x) => (
        <div style={{ padding: "4px 0" }}>
          <div>{x.service ?? (x.account_name || x.account)}</div>
          <Text size="xs" c="dimmed">{[x.usage_type, x.service ? x.account_name || x.account : ""].filter(Boolean).join(" · ")}</Text>
        </div>
      ),
    },
    { id: "change", title: t("comparison.difference"), kind: "amount", value: (x) => x.change },
    { id: "usage", title: t("changes.usageEffect"), kind: "amount", value: (x) => x.usage_effect },
    { id: "price", title: t("changes.priceEffect"), kind: "amount", value: (x) => x.price_effect },
    { id: "kind", title: t("changes.why"), value: (x) => t(`changes.kind.${x.kind}` as "changes.kind.new"), show: (x) => <State tone={tones[x.kind] ?? "quiet"}>{t(`changes.kind.${x.kind}` as "changes.kind.new")}</State> },
    {
      id: "quantity", title: t("changes.quantity"), kind: "number", width: 150, value: (x) => x.quantity_after,
      show: (x) => (x.quantity_before === undefined && x.quantity_after === undefined ? <span className="soft">–</span> : (
        <>
          <div className="num">{f.number(x.quantity_before ?? "0", 1)}{" → "}{f.number(x.quantity_after ?? "0", 1)}</div>
          <div className="soft">{x.unit}</div>
        </>
      )),
    },
    { id: "before", title: t("comparison.before"), kind: "amount", value: (x) => x.before, hidden: true },
    { id: "after", title: t("comparison.now"), kind: "amount", value: (x) => x.after, hidden: true },
  ], [t, f]);
}
