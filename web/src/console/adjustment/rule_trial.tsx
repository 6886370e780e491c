import { Stack, Text } from "@mantine/core";
import { useMemo } from "react";

import { useFormats } from "../../ui/format";
import { Notice, State } from "../../ui/state";
import { DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { type Entry, sumsOf } from "./balance";
import { type Rule, tried } from "./rule";
import { useRuleWords } from "./rule_words";
import { useKind } from "./state";

/** What a rule would do to the entries of the month, in money, before it is saved. */
export function RuleTrial({ rule, others, entries }: { rule: Rule; others: Rule[]; entries: Entry[] }) {
  const t = useWords("adjustment");
  const f = useFormats();
  const kind = useKind();
  const words = useRuleWords();
  const key = JSON.stringify(rule);
  const rows = useMemo(() => tried(rule, others, entries), [key, others, entries]); // eslint-disable-line react-hooks/exhaustive-deps -- key is the rule
  if (!rows) return <Notice tone="info">{t("rule.notTried")}</Notice>;
  const those = rows.filter((r) => r.outcome === "decides").map((r) => r.entry);
  const amount = f.list(sumsOf(those).map((s) => f.money(s.amount, s.currency)));
  return (
    <Stack gap="xs">
      <Text fw={600} component="h3" m={0}>{t("rule.trial")}</Text>
      <Text>{words.sentence(rule)}</Text>
      <Notice tone={those.length ? "good" : "info"}>{rows.length === 0 ? t("rule.fitsNone") : those.length === 0 ? t("rule.decidesNone", { count: rows.length }) : t(rule.action === "keep" ? "rule.keeps" : "rule.applies", { count: those.length, amount })}</Notice>
      {rows.length > 0 && (
        <DataTable
          name="entry-rule-trial" label={t("rule.trial")} plain rows={rows} rowKey={(r) => r.entry.id} maxHeight={240}
          columns={[
            { id: "what", title: t("column.what"), width: 220, value: (r) => r.entry.description ?? kind(r.entry.kind), show: (r) => <Text size="md" truncate maw={260} title={r.entry.description}>{r.entry.description || kind(r.entry.kind)}</Text> },
            { id: "outcome", title: t("rules.action"), value: (r) => r.outcome, show: (r) => r.outcome === "decides" ? <State tone={rule.action === "keep" ? "info" : "good"}>{rule.action === "keep" ? t("state.kept") : t("state.applied")}</State> : <span className="soft">{r.outcome === "other" ? t("rule.other", { name: r.by }) : t(r.outcome === "nobody" ? "rule.nobody" : "rule.decided")}</span> },
            { id: "amount", title: t("column.amount"), kind: "amount", value: (r) => r.entry.amount, currency: (r) => r.entry.currency },
          ]}
        />
      )}
    </Stack>
  );
}
