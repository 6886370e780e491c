import { Anchor, Box, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { Link } from "react-router";

import { useAll } from "../../api/query";
import { Amount } from "../../ui/amount";
import { compare, position, ratio, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { Answer } from "../../ui/state";
import { useWords } from "../../words/words";
import { useOrganization } from "../frame";
import { useSold } from "../invoice/sold";

const most = 6;

/** Where the month's money goes: by account and by service. */
export function Spread({ period, currency }: { period: string; currency: string }) {
  const t = useWords("overview");
  const organization = useOrganization().id;
  const sold = useSold();
  const usage = useAll("/api/v1/portal/usage", { params: { query: { period, organization, by: "group,account,account_name,service" } } });
  return (
    <Answer of={usage} height={260}>
      {({ rows }) => {
        const own = rows.filter((r) => r.currency === currency && !sold.has(r.group ?? ""));
        const total = sum(own.map((r) => r.amount));
        const name = (account: string) => own.find((r) => r.account === account && r.account_name)?.account_name || account;
        return (
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
            <Ranking title={t("byAccount")} total={total} currency={currency} rows={ranked(own, (r) => r.account ?? "")} dimension="account" name={name} />
            <Ranking title={t("byService")} total={total} currency={currency} rows={ranked(own, (r) => r.service ?? "")} dimension="service" name={(s) => s} />
          </SimpleGrid>
        );
      }}
    </Answer>
  );
}

type Ranked = [value: string, amount: string];

function ranked<R extends { amount: string }>(rows: R[], of: (row: R) => string): Ranked[] {
  const sums = new Map<string, string[]>();
  for (const row of rows) sums.set(of(row), [...(sums.get(of(row)) ?? []), row.amount]);
  return [...sums].map(([value, amounts]): Ranked => [value, sum(amounts)]).sort((a, b) => compare(b[1], a[1]));
}

function Ranking({ title, rows, total, currency, dimension, name }: { title: string; rows: Ranked[]; total: string; currency: string; dimension: "account" | "service"; name: (value: string) => string }) {
  const t = useWords("overview");
  const f = useFormats();
  const shown = rows.slice(0, rows.length > most + 1 ? most : most + 1);
  const rest = rows.slice(shown.length);
  const largest = position(rows[0]?.[1] ?? "0") || 1;
  const share = (amount: string) => f.percent(ratio(amount, total), 0);
  return (
    <Card title={title} tools={<Anchor component={Link} to={`/costs?by=${dimension}`} size="sm">{t("more")}</Anchor>}>
      <Stack gap={10} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {shown.map(([value, amount]) => (
          <Box component="li" key={value}>
            <Group justify="space-between" gap="sm" wrap="nowrap">
              <Anchor component={Link} to={`/costs?${new URLSearchParams({ by: dimension === "account" ? "service" : "account", where: `${dimension}:in:${value.replace(/[\\|]/g, "\\$&")}` }).toString()}`} size="sm" c="var(--text)" truncate>{name(value) || t("nameless")}</Anchor>
              <Text size="sm" className="num"><Amount value={amount} currency={currency} /> <Text span c="dimmed" size="sm">{share(amount)}</Text></Text>
            </Group>
            <Box mt={3} h={5} style={{ borderRadius: 3, background: "var(--sunken)" }} aria-hidden>
              <Box h="100%" w={`${Math.max(0.5, Math.max(0, position(amount)) / largest * 100)}%`} style={{ borderRadius: 3, background: "var(--accent)", opacity: 0.75 }} />
            </Box>
          </Box>
        ))}
        {rest.length > 0 && (
          <Group component="li" justify="space-between">
            <Text size="sm" c="dimmed">{t("others", { count: rest.length })}</Text>
            <Text size="sm" className="num" c="dimmed"><Amount value={sum(rest.map((r) => r[1]))} currency={currency} /></Text>
          </Group>
        )}
      </Stack>
    </Card>
  );
}
