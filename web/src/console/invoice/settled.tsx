import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { Link } from "react-router";

import { useAll } from "../../api/query";
import { Amount } from "../../ui/amount";
import { compare } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Answer } from "../../ui/state";
import { hasWord, useWords } from "../../words/words";
import type { Listed } from "./rows";

/** The payments and notes that settle a document, and what is left of it. */
export function Settled({ invoice }: { invoice: Listed }) {
  const t = useWords("invoice");
  const f = useFormats();
  const can = useCan();
  const payments = useAll("/api/v1/payments");
  return (
    <Card title={t("rail.payments")} tools={can("payments.write") && compare(invoice.standing.open, "0") > 0 && <Button component={Link} to={`/payments?record=${encodeURIComponent(invoice.id)}`} size="compact-sm" variant="default">{t("rail.record")}</Button>}>
      <Answer of={payments} lines={3}>
        {({ rows }) => {
          const own = rows.filter((p) => p.settles.some((s) => s.id === invoice.id) && !p.reversed_by);
          return (
            <Stack gap={6}>
              {own.length === 0 && <Text c="dimmed">{t("rail.unpaid")}</Text>}
              {own.map((p) => (
                <Group key={p.id} justify="space-between" wrap="nowrap" gap="sm" fz="sm">
                  <span>
                    <Anchor component={Link} to={`/payments?payment=${encodeURIComponent(p.id)}`} size="sm">{hasWord("invoice", `payment.${p.kind}`) ? t(`payment.${p.kind}` as "payment.payment") : p.kind}</Anchor>
                    <span className="soft">{` · ${f.day(p.on)}`}</span>
                  </span>
                  <Amount value={p.settles.find((s) => s.id === invoice.id)?.amount} currency={p.currency} digits={invoice.digits} />
                </Group>
              ))}
              <Group justify="space-between" pt={6} style={{ borderTop: "1px solid var(--rule-strong)" }}>
                <Text size="sm" fw={600}>{t("column.open")}</Text>
                <Amount value={invoice.standing.open} currency={invoice.currency} digits={invoice.digits} strong />
              </Group>
            </Stack>
          );
        }}
      </Answer>
    </Card>
  );
}
