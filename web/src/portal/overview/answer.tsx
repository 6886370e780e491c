import { Box, Group, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight } from "@tabler/icons-react";
import { Trans } from "react-i18next";

import type { Schema } from "../../api/query";
import { Amount } from "../../ui/amount";
import { Figure } from "../../ui/chart";
import { isZero, minus, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { hasWord, useWords } from "../../words/words";
import { headline, type Money, type Sentence, sentenceOf } from "./sentence";

/** The month in three numbers, and in three sentences why it is another one than the last. */
export function AnswerCard({ overview: o, money: m }: { overview: Schema<"InsightOverview">; money: Money }) {
  const t = useWords("overview");
  const f = useFormats();
  const unit = (name: string) => (hasWord("overview", `unit.${name}`) ? t(`unit.${name}` as "unit.Hrs") : name);
  const first = headline(m, o.over, o, f);
  const sentences = (m.changes?.top ?? []).slice(0, 3).map((c) => sentenceOf(c, m.currency, f, unit));
  const others = m.changes ? m.changes.rest.changes + Math.max(0, m.changes.top.length - 3) : 0;
  return (
    <Card label={t("answer")}>
      <Stack gap="md">
        <Group gap="xl" align="flex-start">
          {!o.over && m.forecast && (
            <Figure label={t("forecast")} below={<Text size="sm" c="dimmed" className="num">{t("band", { low: f.money(m.forecast.low, m.currency), high: f.money(m.forecast.high, m.currency) })}</Text>}>
              <Amount value={m.forecast.amount} currency={m.currency} />
            </Figure>
          )}
          <Figure label={o.over ? t("whole", { month: f.period(o.period) }) : t("toDate")} below={o.through && !o.over && <Text size="sm" c="dimmed">{t("through", { day: f.shortDay(o.through) })}</Text>}>
            <Amount value={m.to_date} currency={m.currency} />
          </Figure>
          <Figure label={f.period(o.against)}><Amount value={m.last_month} currency={m.currency} /></Figure>
        </Group>
        {first && <Text fz="lg" lh={1.45} component="p" m={0}><Said of={first} /></Text>}
        {sentences.length > 0 && (
          <Box>
            <Text size="sm" c="dimmed" mb={6} component="h2" fw={400}>{o.compared_days > 0 ? t("compared", { count: o.compared_days, last: f.period(o.against) }) : t("because")}</Text>
            <Stack gap={10} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
              {sentences.map((s, i) => <Because key={i} of={s} />)}
            </Stack>
            {m.changes && others > 0 && <Text size="sm" c="dimmed" mt="sm">{t("rest", { count: others, amount: f.change(minus(m.changes.change, sum(m.changes.top.slice(0, 3).map((c) => c.change))), m.currency) })}</Text>}
          </Box>
        )}
        {m.changes && sentences.length === 0 && <Text c="dimmed">{t("nothingChanged")}</Text>}
        {o.invoices.filter((p) => !isZero(p.change)).length > 0 && <BesideUsage overview={o} />}
        <Text size="xs" c="dimmed">{t("exactness", { currency: m.currency })} {!o.over && m.forecast && t("expectation")}</Text>
      </Stack>
    </Card>
  );
}

function Because({ of: s }: { of: Sentence }) {
  const Sign = s.more ? IconArrowUpRight : IconArrowDownRight;
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start">
      <ThemeIcon size={22} radius="xl" variant="light" aria-hidden mt={1} style={{ background: s.more ? "var(--warn-ground)" : "var(--good-ground)", color: s.more ? "var(--warn)" : "var(--good)" }}><Sign size={14} stroke={2.2} /></ThemeIcon>
      <Text style={{ overflowWrap: "anywhere" }}><Said of={s} /></Text>
    </Group>
  );
}

/** What the published invoices charge otherwise beside usage, such as support and tax. */
function BesideUsage({ overview: o }: { overview: Schema<"InsightOverview"> }) {
  const t = useWords("overview");
  const f = useFormats();
  const part = (name: string) => (hasWord("overview", `part.${name}`) ? t(`part.${name}` as "part.support") : name);
  return (
    <Box>
      <Text size="sm" c="dimmed" mb={4} component="h2" fw={400}>{t("beside")}</Text>
      <Group gap="md">
        {o.invoices.filter((p) => !isZero(p.change)).map((p) => (
          <Text key={`${p.part} ${p.currency}`} size="sm" className="num">{t("partChange", { part: part(p.part), change: f.change(p.change, p.currency) })}</Text>
        ))}
      </Group>
    </Box>
  );
}

/** A sentence with its amounts in bold. */
function Said({ of }: { of: Sentence }) {
  const t = useWords("overview");
  return <Trans t={t} i18nKey={of.key as "willBe.more"} values={of.values} components={{ b: <b className="num" />, i: <span style={{ fontWeight: 560 }} /> }} />;
}
