import { Group, Text } from "@mantine/core";

import { useAll } from "../../api/query";
import { Figure } from "../../ui/chart";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { useWords } from "../../words/words";
import { useOrganization } from "../frame";
import { useGroups } from "./sold";

/** What is left of what was paid ahead. Whoever never paid ahead sees nothing of it. */
export function Balances() {
  const t = useWords("bill");
  const f = useFormats();
  const organization = useOrganization().id;
  const today = new Date().toISOString().slice(0, 10);
  const balances = useAll("/api/v1/portal/balances", { params: { query: { organization, on: today } } });
  const groups = useGroups();
  if (!balances.data?.rows.length) return null;
  const name = (group: string) => groups.data?.rows.find((g) => g.id === group)?.name ?? group;
  return (
    <Card title={t("prepaid.title")} tools={<Text size="sm" c="dimmed">{t("balanceOn", { day: f.day(today) })}</Text>}>
      <Group gap="xl">
        {balances.data.rows.map((b) => <Figure key={`${b.group} ${b.currency}`} label={name(b.group)}>{f.money(b.balance, b.currency)}</Figure>)}
      </Group>
    </Card>
  );
}
