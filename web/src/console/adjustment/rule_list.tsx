import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";

import { useCan } from "../../ui/me";
import { Empty } from "../../ui/state";
import { useWords } from "../../words/words";
import { inOrder, type Rule } from "./rule";
import { useRuleWords } from "./rule_words";
import classes from "./standing.module.css";

/** The rules in the order in which they are asked, a sentence each. */
export function RuleList({ rules, edit }: { rules: Rule[]; edit: (rule?: Rule) => void }) {
  const t = useWords("adjustment");
  const ui = useWords("ui");
  const write = useCan()("config.write");
  const words = useRuleWords();
  return (
    <Stack gap={6}>
      <Group justify="space-between">
        <Title order={3}>{t("rules.declared")}</Title>
        {write && <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={() => edit()}>{t("rule.add")}</Button>}
      </Group>
      {rules.length === 0 ? <Empty title={t("rule.none")}>{t("rule.noneHelp")}</Empty> : (
        <Stack component="ol" gap={0} m={0} p={0} style={{ listStyle: "none" }}>
          {inOrder(rules).map((rule, i) => (
            <Group key={rule.id} component="li" wrap="nowrap" align="flex-start" gap="sm" py={8} style={{ borderTop: "1px solid var(--rule)" }}>
              <Text className="num" c="dimmed" w={22} ta="right">{i + 1}</Text>
              <div style={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>
                <Text>{words.sentence(rule)}</Text>
                <Text size="sm" c="dimmed"><span className="id">{rule.id}</span>{words.beside(rule).map((x) => ` · ${x}`)}</Text>
              </div>
              {write && <Button className={classes.whole} size="compact-sm" variant="default" aria-label={t("rule.edit", { name: rule.id })} onClick={() => edit(rule)}>{ui("edit")}</Button>}
            </Group>
          ))}
        </Stack>
      )}
      <Text size="sm" c="dimmed">{t("rule.order")}</Text>
    </Stack>
  );
}
