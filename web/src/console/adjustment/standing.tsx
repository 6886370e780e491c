import { Group, SimpleGrid, Text, UnstyledButton } from "@mantine/core";

import { Amount } from "../../ui/amount";
import { useWords } from "../../words/words";
import { balance, type Entry } from "./balance";
import classes from "./standing.module.css";
import { EntryState } from "./state";

/** What is open, on invoices, kept: each a filter of the table below. */
export function Balance({ entries, chosen, choose }: { entries: Entry[]; chosen: string; choose: (state: string) => void }) {
  const t = useWords("adjustment");
  const all = balance(entries).filter((s) => s.count > 0 || s.state !== "priced");
  return (
    <SimpleGrid cols={{ base: 1, xs: all.length > 3 ? 2 : 3, md: all.length }} spacing="sm" role="group" aria-label={t("balance")}>
      {all.map((s) => (
        <UnstyledButton key={s.state} className={classes.one} aria-pressed={chosen === s.state} onClick={() => choose(s.state)}>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <EntryState state={s.state} />
            <Text size="sm" c="dimmed" className="num">{t("count", { count: s.count })}</Text>
          </Group>
          {s.sums.length === 0 ? <Text size="lg" fw={600} className="soft">{"–"}</Text> : s.sums.map((x) => (
            <Text key={x.currency} component="div" size="lg" fw={600}><Amount value={x.amount} currency={x.currency} /></Text>
          ))}
          <Text size="xs" c="dimmed">{t(`stateHelp.${s.state}`)}</Text>
        </UnstyledButton>
      ))}
    </SimpleGrid>
  );
}
