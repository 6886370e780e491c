import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { changeOnce, refresh, useAll } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { Notice, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { declare, useDeclared } from "../group/declared";
import { placeless, useKindName, useKinds } from "./kinds";
import type { Source } from "./rows";

/** Says where exports lie, for the first time or anew. */
export function Declaring({ doing, taken, close }: { doing?: { source?: Source }; taken: string[]; close: () => void }) {
  const t = useWords("source");
  const ui = useWords("ui");
  return (
    <Modal opened={!!doing} onClose={close} size="lg" title={doing?.source ? t("declare.edit", { name: doing.source.name }) : t("add")} closeButtonProps={{ "aria-label": ui("close") }}>
      {doing && <Form source={doing.source} taken={taken} close={close} />}
    </Modal>
  );
}

function Form({ source, taken, close }: { source?: Source; taken: string[]; close: () => void }) {
  const t = useWords("source");
  const ui = useWords("ui");
  const explain = useExplain();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const payers = useAll("/api/v1/payers");
  const declared = useDeclared<Source>("sources", source?.name);
  const known = useKinds();
  const kindName = useKindName();
  const [now, setNow] = useState<Partial<Source>>(source ?? { kind: "aws-cur2" });
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<Source>) => setNow({ ...now, ...part });
  const clash = !source && taken.includes(now.name ?? "");
  const placed = !source?.ended && !placeless.includes(now.kind ?? ""); // others are read from no place
  const kinds = placed ? known.filter((k) => !placeless.includes(k)) : [];
  const ready = now.name && now.kind && (now.url || !placed) && now.payer && !clash;

  async function save() {
    if (!ready) return;
    setBusy(true);
    try {
      await declare("sources", now.name!, now, declared.data?.tag);
      await refresh(queries);
      told(t("declare.done", { name: now.name }));
      close();
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  async function remove() {
    const yes = await confirm({ title: t("declare.removeTitle", { name: source!.name }), children: t("declare.removeHelp"), yes: t("declare.removeYes"), danger: true });
    if (!yes) return;
    try {
      await changeOnce("delete", "/api/v1/config/{kind}/{id}", { params: { path: { kind: "sources", id: source!.name } } });
      await refresh(queries);
      close();
    } catch (error) {
      refused(t("declare.notRemoved"), explain(error));
    }
  }
  return (
    <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <Stack gap="sm">
        {problem && <Notice tone="bad">{explain(problem)}{!!problem.body.errors?.length && <ul>{problem.body.errors.map((x, i) => <li key={i}>{x.message}</li>)}</ul>}</Notice>}
        <TextInput label={t("column.name")} required disabled={!!source} pattern="[A-Za-z0-9_\-][A-Za-z0-9._\-]*" value={now.name ?? ""} error={clash && t("declare.taken")} onChange={(e) => set({ name: e.currentTarget.value })} />
        {source?.ended && <Notice tone="info" title={t("declare.ended")}>{t("declare.endedHelp")}</Notice>}
        <Select label={t("column.kind")} required allowDeselect={false} disabled={!placed} value={now.kind ?? null} onChange={(kind) => kind && set({ kind })} data={[...new Set([...kinds, ...(now.kind ? [now.kind] : [])])].map((value) => ({ value, label: kindName(value) }))} />
        {placed && <TextInput label={t("declare.url")} description={t("declare.urlHelp")} required placeholder={"s3://my-billing-exports/exports/hourly?region=us-east-1"} value={now.url ?? ""} onChange={(e) => set({ url: e.currentTarget.value })} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }} />}
        <Select label={t("column.payer")} required value={now.payer ?? null} onChange={(payer) => set({ payer: payer ?? undefined })} data={(payers.data?.rows ?? []).map((p) => ({ value: p.id, label: p.name ? `${p.name} · ${p.id}` : p.id }))} />
        <Group justify="space-between">
          {source ? <Button variant="subtle" color="red" onClick={() => void remove()}>{ui("remove")}</Button> : <span />}
          <Group gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" loading={busy} disabled={!ready}>{ui("save")}</Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
