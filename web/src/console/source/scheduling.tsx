import { Button, Group, Modal, NumberInput, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { changeOnce, refresh, type Schema } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { Notice, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { declare, useDeclared } from "../group/declared";

export type Schedule = Schema<"BillingSchedule">;

const providers = ["aws", "azure", "gcp", "oci", "alibaba"] as const;

/** When a month loads and closes by itself, declared or changed. */
export function Scheduling({ given, taken, close }: { given?: Schedule; taken: string[]; close: () => void }) {
  const t = useWords("source");
  const ui = useWords("ui");
  const explain = useExplain();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const declared = useDeclared<Schedule>("schedules", given?.id);
  const [now, setNow] = useState<Schedule>(given ?? { id: "", day: 5, at: "06:00" });
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const put = (part: Partial<Schedule>) => setNow({ ...now, ...part });
  const clash = !given && taken.includes(now.id);
  const ready = now.id && now.at && now.day >= 1 && now.day <= 31 && !clash && (!given || declared.isSuccess);
  const does = now.dry_run ? "dryRun" : now.preview ? "preview" : "close";

  async function save() {
    if (!ready) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await declare("schedules", now.id, now, declared.data?.tag);
      await refresh(queries);
      told(t("schedule.done", { name: now.id }));
      close();
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  async function remove() {
    const yes = await confirm({ title: t("schedule.removeTitle", { name: given!.id }), children: t("schedule.removeHelp"), yes: t("schedule.remove"), danger: true });
    if (!yes) return;
    try {
      await changeOnce("delete", "/api/v1/config/{kind}/{id}", { params: { path: { kind: "schedules", id: given!.id } } });
      await refresh(queries);
      close();
    } catch (error) {
      refused(t("schedule.notRemoved"), explain(error));
    }
  }
  return (
    <Modal opened onClose={close} size="lg" title={given ? t("schedule.edit", { name: given.id }) : t("schedule.add")} closeButtonProps={{ "aria-label": ui("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
        <Stack gap="sm">
          {problem && <Notice tone="bad">{explain(problem)}{!!problem.body.errors?.length && <ul>{problem.body.errors.map((x, i) => <li key={i}>{x.message}</li>)}</ul>}</Notice>}
          <TextInput label={t("schedule.name")} required disabled={!!given} pattern="[A-Za-z0-9_\-][A-Za-z0-9._\-]*" value={now.id} error={clash && t("schedule.taken")} onChange={(e) => put({ id: e.currentTarget.value.trim() })} data-autofocus />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <NumberInput label={t("schedule.day")} description={t("schedule.dayHelp")} required min={1} max={31} allowDecimal={false} value={now.day} onChange={(v) => put({ day: Number(v) })} />
            <TextInput type="time" label={t("schedule.time")} description={t("schedule.timeHelp")} required value={now.at} onChange={(e) => put({ at: e.currentTarget.value })} />
            <Select label={t("schedule.what")} allowDeselect={false} value={does} onChange={(v) => put({ preview: v === "preview" || undefined, dry_run: v === "dryRun" || undefined })} data={(["close", "preview", "dryRun"] as const).map((value) => ({ value, label: t(`schedule.${value}`) }))} />
            <Select label={t("schedule.target")} allowDeselect={false} value={now.target || "previous"} onChange={(v) => put({ target: v ?? undefined })} data={(["previous", "current"] as const).map((value) => ({ value, label: t(`schedule.targets.${value}`) }))} />
            <Select label={t("schedule.provider")} description={t("schedule.providerHelp")} clearable placeholder={t("schedule.allProviders")} value={now.provider || null} onChange={(v) => put({ provider: v ?? undefined })} data={providers.map((value) => ({ value, label: t(`provider.${value}`) }))} />
          </SimpleGrid>
          <Group justify="space-between">
            {given ? <Button variant="subtle" color="red" onClick={() => void remove()}>{t("schedule.remove")}</Button> : <span />}
            <Group gap="xs">
              <Button variant="default" onClick={close}>{ui("cancel")}</Button>
              <Button type="submit" loading={busy} disabled={!ready}>{ui("save")}</Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
