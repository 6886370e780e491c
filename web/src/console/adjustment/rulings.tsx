import { Button, Group, Modal, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";

import { type Schema, useAll, useChange } from "../../api/query";
import type { Problem } from "../../api/problem";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Answer, Empty, State, useExplain } from "../../ui/state";
import { DataTable } from "../../ui/table";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import type { Entry } from "./balance";
import { changed } from "./deciding";
import type { Rule } from "./rule";
import { RuleForm } from "./rule_form";
import { RuleList } from "./rule_list";
import { useKind } from "./state";

/** The rules for entries, and what they would do with those that are open. */
export function Rulings({ opened, period, rulings, entries, close }: { opened: boolean; period: string; entries: Entry[]; rulings: UseQueryResult<Schema<"EntryRulings">, Problem>; close: () => void }) {
  const t = useWords("adjustment");
  const ui = useWords("ui");
  const f = useFormats();
  const can = useCan();
  const kind = useKind();
  const explain = useExplain();
  const rules = useAll("/api/v1/config/{kind}", { params: { path: { kind: "entry_rules" } } }, { when: opened && can("config.read") });
  const run = useChange("post", "/api/v1/months/{period}/entry-rulings", { refreshes: changed });
  const [editing, setEditing] = useState<{ rule?: Rule }>();
  const declared = rules.data?.rows.map((r) => r.spec as Rule);
  const due = rulings.data?.rulings.filter((r) => !r.refused).length ?? 0;
  const follow = () => run.mutate({ params: { path: { period } } }, {
    onSuccess: (done) => { told(t("rules.done", { count: done.rulings.filter((r) => !r.refused).length })); close(); },
    onError: (error) => refused(t("rules.failed"), explain(error)),
  });
  if (editing && declared) {
    return (
      <Modal opened={opened} onClose={() => setEditing(undefined)} size="min(860px, 96vw)" title={editing.rule ? t("rule.edit", { name: editing.rule.id }) : t("rule.add")} closeButtonProps={{ "aria-label": ui("close") }}>
        <RuleForm key={editing.rule?.id ?? ""} given={editing.rule} rules={declared} entries={entries} close={() => setEditing(undefined)} />
      </Modal>
    );
  }
  return (
    <Modal opened={opened} onClose={close} size="min(860px, 96vw)" title={t("rules.title", { month: f.period(period) })} closeButtonProps={{ "aria-label": ui("close") }}>
      <Stack gap="md">
        <Answer of={rulings} lines={4}>
          {(answer) => answer.rulings.length === 0 ? <Empty title={t("rules.none")}>{t("rules.noneHelp")}</Empty> : (
            <DataTable
              name="entry-rulings" label={t("rules.what")} plain rows={answer.rulings} rowKey={(r) => r.entry.id} maxHeight={360} mark={(r) => (r.refused ? "warn" : undefined)}
              columns={[
                { id: "what", title: t("column.what"), value: (r) => r.entry.description ?? kind(r.entry.kind) },
                { id: "rule", title: t("rules.rule"), kind: "id", value: (r) => r.rule },
                { id: "action", title: t("rules.action"), value: (r) => r.action, show: (r) => r.refused ? <State tone="warn">{r.refused}</State> : <State tone={r.action === "keep" ? "info" : "good"}>{r.action === "keep" ? t("state.kept") : t("state.applied")}</State> },
                { id: "amount", title: t("column.amount"), kind: "amount", value: (r) => r.entry.amount, currency: (r) => r.entry.currency, total: true },
              ]}
            />
          )}
        </Answer>
        {declared && <RuleList rules={declared} edit={(rule) => setEditing({ rule })} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("close")}</Button>
          {can("entries.write") && due > 0 && <Button loading={run.isPending} onClick={follow}>{t("rules.yes", { count: due })}</Button>}
        </Group>
      </Stack>
    </Modal>
  );
}
