import { Button, Checkbox, Group, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api } from "../../api/client";
import type { Problem } from "../../api/problem";
import { changeOnce, refresh, useAll } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { Notice, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { useDeclared } from "../group/declared";
import { useForced } from "../price/forced";
import type { Entry } from "./balance";
import { changed } from "./deciding";
import { type Condition, conditionsOf, filterOf, type Rule } from "./rule";
import { Conditions } from "./rule_conditions";
import { RuleTrial } from "./rule_trial";

const about = { params: { path: { kind: "entry_rules" } } };
const again = ["/api/v1/config", ...changed];

/** A rule as a form, tried on the month's entries while it is written. */
export function RuleForm({ given, rules, entries, close }: { given?: Rule; rules: Rule[]; entries: Entry[]; close: () => void }) {
  const t = useWords("adjustment");
  const ui = useWords("ui");
  const explain = useExplain();
  const confirm = useConfirm();
  const forced = useForced();
  const queries = useQueryClient();
  const declared = useDeclared<Rule>("entry_rules", given?.id);
  const payers = useAll("/api/v1/payers");
  const groups = useAll("/api/v1/billing-groups");
  const [rule, setRule] = useState<Rule>(given ?? { id: "", action: "apply", any: [{}] });
  const [filters, setFilters] = useState<(Condition[] | undefined)[]>(() => (given ? given.any.map(conditionsOf) : [[{ field: "kind", not: false, how: "is", values: [] }]]));
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const put = (part: Partial<Rule>) => setRule({ ...rule, ...part });
  const others = rules.filter((r) => r.id !== given?.id);
  const taken = others.some((r) => r.id === rule.id);
  // A condition without a value says nothing yet: then the rule would be for all entries.
  const whole = filters.every((conditions) => conditions?.every((c) => c.values.length > 0) ?? true);
  const now: Rule = { ...rule, any: filters.map((conditions, i) => (conditions ? filterOf(conditions) : rule.any[i]!)), ...(rule.action === "keep" ? { group: undefined, tax_free: undefined } : {}) };
  const ready = whole && rule.id !== "" && !taken && !(rule.from && rule.to && rule.to <= rule.from) && (!given || declared.isSuccess);

  async function save() {
    if (!ready) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const header = given ? { "If-Match": declared.data!.tag } : {};
      const done = await forced((query) => api.PUT("/api/v1/config/{kind}/{id}", { params: { path: { ...about.params.path, id: rule.id }, header, query }, body: now as never }));
      if (!done) return;
      await refresh(queries, again);
      told(t("rule.done", { name: rule.id }));
      close();
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  async function remove() {
    const yes = await confirm({ title: t("rule.removeTitle", { name: given!.id }), children: t("rule.removeHelp"), yes: t("rule.remove"), danger: true });
    if (!yes) return;
    try {
      await changeOnce("delete", "/api/v1/config/{kind}/{id}", { params: { path: { ...about.params.path, id: given!.id } } });
      await refresh(queries, again);
      close();
    } catch (error) {
      refused(t("rule.notRemoved"), explain(error));
    }
  }
  return (
    <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <Stack gap="md">
        {problem && <Notice tone="bad">{explain(problem)}{!!problem.body.errors?.length && <ul>{problem.body.errors.map((x, i) => <li key={i}>{x.message}</li>)}</ul>}</Notice>}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={t("rule.name")} description={t("rule.nameHelp")} required disabled={!!given} pattern="[A-Za-z0-9_\-][A-Za-z0-9._\-]*" value={rule.id} error={taken && t("rule.taken")} onChange={(e) => put({ id: e.currentTarget.value.trim() })} data-autofocus />
          <Select label={t("column.payer")} description={t("rule.payerHelp")} clearable placeholder={t("rule.allPayers")} value={rule.payer ?? null} onChange={(payer) => put({ payer: payer ?? undefined })} data={(payers.data?.rows ?? []).map((p) => ({ value: p.id, label: p.name ? `${p.name} · ${p.id}` : p.id }))} />
        </SimpleGrid>
        <Stack gap="xs">
          <Text fw={600} component="h3" m={0}>{t("rule.which")}</Text>
          {filters.map((conditions, i) => (
            <Stack key={i} gap="xs">
              {i > 0 && <Text size="sm" c="dimmed">{t("rule.orElse")}</Text>}
              {conditions ? <Conditions number={i + 1} conditions={conditions} entries={entries} onChange={(next) => setFilters(filters.map((x, n) => (n === i ? next : x)))} /> : <Notice tone="info">{t("rule.onlyText")}</Notice>}
              {filters.length > 1 && <Button size="compact-sm" variant="subtle" color="red" style={{ alignSelf: "flex-start" }} onClick={() => { put({ any: rule.any.filter((_, n) => n !== i) }); setFilters(filters.filter((_, n) => n !== i)); }}>{t("rule.removeFilter", { number: i + 1 })}</Button>}
            </Stack>
          ))}
          <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={13} />} style={{ alignSelf: "flex-start" }} onClick={() => { put({ any: [...rule.any, {}] }); setFilters([...filters, [{ field: "kind", not: false, how: "is", values: [] }]]); }}>{t("rule.addFilter")}</Button>
        </Stack>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Select label={t("rules.action")} allowDeselect={false} value={rule.action} onChange={(action) => action && put({ action: action as Rule["action"] })} data={(["apply", "keep"] as const).map((value) => ({ value, label: t(`rule.action.${value}`) }))} />
          {rule.action === "apply" && <Select label={t("apply.group")} clearable searchable placeholder={t("apply.owner")} value={rule.group ?? null} onChange={(group) => put({ group: group ?? undefined })} data={(groups.data?.rows ?? []).map((g) => ({ value: g.id, label: `${g.name || g.id} · ${g.currency}` }))} />}
          <TextInput type="month" label={t("rule.from")} value={rule.from ?? ""} onChange={(e) => put({ from: e.currentTarget.value || undefined })} />
          <TextInput type="month" label={t("rule.to")} value={rule.to ?? ""} error={rule.from && rule.to && rule.to <= rule.from ? t("rule.toEarly") : undefined} onChange={(e) => put({ to: e.currentTarget.value || undefined })} />
        </SimpleGrid>
        {rule.action === "apply" && <Checkbox label={t("apply.taxFree")} checked={!!rule.tax_free} onChange={(e) => put({ tax_free: e.currentTarget.checked || undefined })} />}
        {whole && <RuleTrial rule={now} others={others} entries={entries} />}
        <Group justify="space-between">
          {given ? <Button variant="subtle" color="red" onClick={() => void remove()}>{t("rule.remove")}</Button> : <span />}
          <Group gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" loading={busy} disabled={!ready}>{ui("save")}</Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
