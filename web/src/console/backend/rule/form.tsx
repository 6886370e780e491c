import { ActionIcon, Autocomplete, Button, Group, Radio, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { changeOnce, refresh, useAll } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { Notice, useExplain } from "../../../ui/state";
import { refused, told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { declare, useDeclared } from "../../group/declared";
import classes from "../backend.module.css";
import { idOf } from "../known";
import { ProjectPick } from "../project";
import { type Draft, draftOf, fields, lastId, type Line, type Owner, owners, parted, type Rule, ruleOf, tag, type Test, tests, type When, whens, whole } from "./rule";
import { useRuleWords } from "./words";

const kind = "source_rules";
const categories = ["Usage", "Purchase", "Tax", "Credit", "Adjustment"];

/** A rule being written. */
export function RuleForm({ given, rules, close }: { given?: Rule; rules: Rule[]; close: () => void }) {
  const t = useWords("backend");
  const ui = useWords("ui");
  const explain = useExplain();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const words = useRuleWords();
  const declared = useDeclared<Rule>(kind, given?.id);
  const sources = useAll("/api/v1/sources");
  const customers = useAll("/api/v1/customers");
  const accounts = useAll("/api/v1/accounts");
  const [draft, setDraft] = useState<Draft>(() => draftOf(given));
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const put = (part: Partial<Draft>) => { setProblem(undefined); setDraft({ ...draft, ...part }); };
  const line = (i: number, part: Partial<Line>) => put({ lines: draft.lines.map((l, n) => (n === i ? { ...l, ...part } : l)) });
  const id = given?.id ?? lastId(idOf(draft.name) || "rule", rules);
  const taken = !given && rules.some((r) => parted(r.id).name === parted(id).name);
  const ready = whole(draft) && !taken && (!given || declared.isSuccess);

  async function save() {
    if (!ready) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await declare(kind, id, ruleOf(draft, id), declared.data?.tag);
      await refresh(queries, ["/api/v1/config"]);
      told(t("rule.saved", { name: parted(id).name }));
      close();
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  async function remove() {
    if (!await confirm({ title: t("rule.removeTitle", { name: parted(id).name }), children: t("rule.removeHelp"), yes: t("rule.remove"), danger: true })) return;
    try {
      await changeOnce("delete", "/api/v1/config/{kind}/{id}", { params: { path: { kind, id } } });
      await refresh(queries, ["/api/v1/config"]);
      close();
    } catch (error) {
      refused(t("rule.notRemoved"), explain(error));
    }
  }
  return (
    <form onSubmit={(e) => { e.preventDefault(); void save(); }} autoComplete="off">
      <Stack gap="md">
        {problem && <Notice tone="bad" title={t("rule.notSaved")}>{explain(problem)}{!!problem.body.errors?.length && <ul>{problem.body.errors.map((x, i) => <li key={i}>{x.message}</li>)}</ul>}</Notice>}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={t("rule.name")} description={<span className="id">{id}</span>} required disabled={!!given} maxLength={80} value={draft.name} error={taken && t("rule.taken")} onChange={(e) => put({ name: e.currentTarget.value })} data-autofocus />
          <Select label={t("rule.source")} description={t("rule.sourceHelp")} clearable placeholder={t("rule.allSources")} value={draft.source || null} onChange={(v) => put({ source: v ?? "" })} data={(sources.data?.rows ?? []).filter((s) => s.kind === "backend" || s.kind === "pushed").map((s) => s.name)} />
        </SimpleGrid>
        <Stack gap="xs" role="group" aria-label={t("rule.which")}>
          <Text fw={600} component="h3" m={0}>{t("rule.which")}</Text>
          <SegmentedControl aria-label={t("rule.when")} value={draft.when} onChange={(v) => put({ when: v as When })} data={whens.map((value) => ({ value, label: t(`rule.whens.${value}`) }))} style={{ alignSelf: "flex-start" }} />
          {draft.when !== "always" && (
            <>
              {draft.lines.map((l, i) => (
                <div key={i} className={classes.line} data-tag={l.field === tag || undefined}>
                  <Select aria-label={t("rule.fieldOf", { number: i + 1 })} allowDeselect={false} value={l.field} onChange={(v) => v && line(i, { field: v })} data={[...fields, tag].map((value) => ({ value, label: value === tag ? t("rule.tag") : words.field(value) }))} />
                  {l.field === tag && <TextInput aria-label={t("rule.keyOf", { number: i + 1 })} placeholder={t("rule.key")} value={l.key} onChange={(e) => line(i, { key: e.currentTarget.value })} classNames={{ input: "id" }} />}
                  <Select aria-label={t("rule.testOf", { number: i + 1 })} allowDeselect={false} value={l.test} onChange={(v) => v && line(i, { test: v as Test })} data={tests.map((value) => ({ value, label: t(`rule.test.${value}`) }))} />
                  {l.field === "category" && (l.test === "is" || l.test === "not")
                    ? <Select aria-label={t("rule.textOf", { number: i + 1 })} value={l.text || null} onChange={(v) => line(i, { text: v ?? "" })} data={categories} />
                    : <TextInput aria-label={t("rule.textOf", { number: i + 1 })} value={l.text} onChange={(e) => line(i, { text: e.currentTarget.value })} />}
                  <ActionIcon mt={6} aria-label={t("rule.removeCondition", { number: i + 1 })} onClick={() => put({ lines: draft.lines.filter((_, n) => n !== i) })}><IconX size={15} /></ActionIcon>
                </div>
              ))}
              <Text size="sm" c="dimmed">{t("rule.testHelp")}</Text>
              <Button size="compact-sm" variant="default" leftSection={<IconPlus size={13} aria-hidden />} style={{ alignSelf: "flex-start" }} disabled={draft.lines.length >= 50} onClick={() => put({ lines: [...draft.lines, { field: "service", key: "", test: "is", text: "" }] })}>{t("rule.addCondition")}</Button>
            </>
          )}
        </Stack>
        <Stack gap="xs" role="group" aria-label={t("rule.giveTo")}>
          <Text fw={600} component="h3" m={0}>{t("rule.giveTo")}</Text>
          <SegmentedControl aria-label={t("rule.giveTo")} value={draft.owner} onChange={(v) => put({ owner: v as Owner, id: "" })} data={owners.map((value) => ({ value, label: t(`rule.owner.${value}`) }))} style={{ alignSelf: "flex-start" }} />
          {draft.owner === "project" && <ProjectPick label={t("rule.owner.project")} value={draft.id} choose={(to) => put({ id: to })} />}
          {draft.owner === "customer" && <Select label={t("rule.owner.customer")} required searchable allowDeselect={false} value={draft.id || null} onChange={(v) => put({ id: v ?? "" })} data={(customers.data?.rows ?? []).map((c) => ({ value: c.id, label: c.name }))} />}
          {draft.owner === "account" && <Autocomplete label={t("rule.owner.account")} description={t("rule.accountHelp")} required value={draft.id} onChange={(v) => put({ id: v })} data={[...new Set((accounts.data?.rows ?? []).map((a) => a.id))]} limit={12} />}
          {draft.owner !== "account" && <Text size="sm" c="dimmed">{t(`rule.claimHelp.${draft.owner}`)}</Text>}
        </Stack>
        <Radio.Group label={t("rule.then")} value={draft.goOn ? "on" : "stop"} onChange={(v) => put({ goOn: v === "on" })}>
          <Group gap="lg" mt={4}>
            <Radio value="stop" label={t("rule.stop")} />
            <Radio value="on" label={t("rule.goOn")} />
          </Group>
        </Radio.Group>
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
