import { ActionIcon, Anchor, Button, Collapse, Group, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import type { Problem } from "../../api/problem";
import { changeOnce, refresh } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { Answer, Notice, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { declare, type Tagged, useDeclared, useSection } from "../group/declared";
import { declaredOf, draftOf, isAddress, whole } from "./backend_draft";
import classes from "./backend.module.css";
import { touched } from "./known";
import { ProviderPick } from "./provider";

/** A backend as the configuration has it. */
export interface Declared {
  name: string;
  address: string;
  protocol?: string;
  provider: string;
  currency?: string;
  options?: Record<string, string>;
  idle_seconds?: number;
  most_rows?: number;
}

const protocols = ["sluice", "cloudforet", "cloudforet-billing"] as const;

/** Where a backend listens and how it is spoken to. */
export function BackendForm({ name, taken, close }: { name?: string; taken: string[]; close: () => void }) {
  const declared = useDeclared<Declared>("backends", name);
  if (!name) return <Form taken={taken} close={close} />;
  return <Answer of={declared} height={320}>{(now) => <Form key={now.version} now={now} taken={[]} close={close} />}</Answer>;
}

function Form({ now, taken, close }: { now?: Tagged<Declared>; taken: string[]; close: () => void }) {
  const t = useWords("backend");
  const ui = useWords("ui");
  const explain = useExplain();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const providers = useSection<{ id: string; name: string }>("providers");
  const [draft, setDraft] = useState(() => draftOf(now?.spec));
  const [more, setMore] = useState(draft.options.length > 0 || !!draft.idle || !!draft.rows);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const put = (part: Partial<typeof draft>) => { setProblem(undefined); setDraft({ ...draft, ...part }); };
  const clash = taken.includes(draft.name);
  const option = (i: number, part: Partial<{ key: string; value: string }>) => put({ options: draft.options.map((o, n) => (n === i ? { ...o, ...part } : o)) });
  useEffect(() => { if (problem) document.getElementById("backend-problem")?.scrollIntoView({ block: "nearest" }); }, [problem]);

  async function save() {
    if (!whole(draft) || clash) return;
    setBusy(true);
    setProblem(undefined);
    const backend = declaredOf(draft);
    try {
      if (now) await declare("backends", now.spec.name, backend, now.tag);
      else await changeOnce("post", "/api/v1/config/apply", { body: { config: { ...(draft.newProvider ? { providers: [draft.newProvider] } : {}), backends: [backend] } } });
      await refresh(queries, touched);
      told(t("backend.saved", { name: draft.name }));
      close();
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  async function remove() {
    if (!await confirm({ title: t("backend.removeTitle", { name: draft.name }), children: t("backend.removeHelp"), yes: t("backend.remove"), danger: true })) return;
    try {
      await changeOnce("delete", "/api/v1/config/{kind}/{id}", { params: { path: { kind: "backends", id: draft.name } } });
      await refresh(queries, touched);
      close();
    } catch (error) {
      refused(t("backend.notRemoved"), explain(error));
    }
  }
  return (
    <form onSubmit={(e) => { e.preventDefault(); void save(); }} autoComplete="off">
      <Stack gap="sm">
        {problem && <div id="backend-problem"><Notice tone="bad" title={t("backend.notSaved")}>{explain(problem)}{!!problem.body.errors?.length && <ul>{problem.body.errors.map((x, i) => <li key={i}>{x.message}</li>)}</ul>}</Notice></div>}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={t("form.backendName")} description={t("form.backendNameHelp")} required disabled={!!now} maxLength={100} pattern="[A-Za-z0-9_\-][A-Za-z0-9._\-]*" value={draft.name} error={clash && t("backend.taken")} onChange={(e) => put({ name: e.currentTarget.value.trim() })} data-autofocus />
          <Select label={t("form.protocol")} description={t("form.protocolHelp")} allowDeselect={false} value={draft.protocol} onChange={(v) => v && put({ protocol: v })} data={protocols.map((value) => ({ value, label: t(`protocol.${value}`) }))} />
        </SimpleGrid>
        <TextInput label={t("form.address")} description={t("form.addressHelp")} required placeholder={"grpc://billing.example.com:50051"} value={draft.address} error={draft.address !== "" && !isAddress(draft.address) && t("form.addressWrong")} onChange={(e) => put({ address: e.currentTarget.value })} classNames={{ input: "id" }} spellCheck={false} />
        <ProviderPick own={[...providers.values()]} value={draft.provider} fresh={draft.newProvider} mayAdd={!now} choose={(provider, newProvider) => put({ provider, newProvider })} />
        <TextInput label={t("form.currency")} description={t("form.currencyHelp")} maxLength={3} maw={240} placeholder={"USD"} value={draft.currency} onChange={(e) => put({ currency: e.currentTarget.value.toUpperCase() })} />
        <Anchor component="button" type="button" size="sm" aria-expanded={more} onClick={() => setMore(!more)} style={{ alignSelf: "flex-start" }}>{t("form.optionsMore")}</Anchor>
        <Collapse expanded={more}>
          <Stack gap="sm">
            <Text size="sm" c="dimmed">{t("form.optionsHelp")}</Text>
            {draft.options.map((o, i) => (
              <div key={i} className={classes.pair}>
                <TextInput aria-label={t("form.optionKey", { number: i + 1 })} placeholder={t("form.key")} value={o.key} onChange={(e) => option(i, { key: e.currentTarget.value })} classNames={{ input: "id" }} />
                <TextInput aria-label={t("form.optionValue", { number: i + 1 })} placeholder={t("form.value")} value={o.value} onChange={(e) => option(i, { value: e.currentTarget.value })} classNames={{ input: "id" }} />
                <ActionIcon mt={6} aria-label={t("form.removeOption", { number: i + 1 })} onClick={() => put({ options: draft.options.filter((_, n) => n !== i) })}><IconX size={15} /></ActionIcon>
              </div>
            ))}
            <Button size="compact-sm" variant="default" leftSection={<IconPlus size={13} aria-hidden />} style={{ alignSelf: "flex-start" }} onClick={() => put({ options: [...draft.options, { key: "", value: "" }] })}>{t("form.addOption")}</Button>
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <NumberInput label={t("form.idle")} description={t("form.idleHelp")} min={1} max={3600} allowDecimal={false} hideControls placeholder={"60"} value={draft.idle} onChange={(v) => put({ idle: String(v) })} />
              <NumberInput label={t("form.rows")} description={t("form.rowsHelp")} min={1} allowDecimal={false} hideControls thousandSeparator="," placeholder={"5,000,000"} value={draft.rows} onChange={(v) => put({ rows: String(v) })} />
            </SimpleGrid>
          </Stack>
        </Collapse>
        <Group justify="space-between">
          {now ? <Button variant="subtle" color="red" onClick={() => void remove()}>{t("backend.remove")}</Button> : <span />}
          <Group gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" loading={busy} disabled={!whole(draft) || clash}>{ui("save")}</Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
