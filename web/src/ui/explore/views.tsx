import { ActionIcon, Button, Checkbox, Group, Menu, Modal, Stack, TextInput, Tooltip } from "@mantine/core";
import { IconBookmark, IconDeviceFloppy, IconTrash, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { type Schema, useAll, useChange } from "../../api/query";
import { useWords } from "../../words/words";
import { useConfirm } from "../confirm";
import { useExplain } from "../state";
import { refused, told } from "../told";
import { kept } from "./question";
import type { Source } from "./source";

type View = Schema<"WorkspaceSavedView">;

/** What was looked at, kept by a name: one's own, and what others share. */
export function Views({ source }: { source: Source }) {
  const t = useWords("explore");
  const [params, setParams] = useSearchParams();
  const [saving, setSaving] = useState(false);
  const views = useAll("/api/v1/saved-views", { params: { query: { page: source.page, organization: source.organization } } });
  const now = kept(params);
  const rows = views.data?.rows ?? [];
  const [own, shared] = [rows.filter((v) => v.own), rows.filter((v) => !v.own)];
  const at = rows.find((v) => v.query === now);
  const remove = useRemove();
  const open = (view: View) => setParams((before) => {
    const next = new URLSearchParams(view.query);
    const month = before.get("month");
    if (month) next.set("month", month);
    return next;
  });
  const item = (view: View) => (
    <Group key={view.id} gap={2} wrap="nowrap">
      <Menu.Item fw={view === at ? 620 : undefined} aria-current={view === at || undefined} rightSection={view.own && view.shared ? <Tooltip label={t("views.isShared")}><IconUsers size={13} aria-label={t("views.isShared")} /></Tooltip> : undefined} onClick={() => open(view)}>{view.name}</Menu.Item>
      {view.own && <ActionIcon size="sm" aria-label={t("views.remove", { name: view.name })} onClick={() => void remove(view)}><IconTrash size={14} /></ActionIcon>}
    </Group>
  );
  return (
    <>
      <Menu position="bottom-end" width={270}>
        <Menu.Target><Button variant="default" leftSection={<IconBookmark size={15} aria-hidden />}>{at ? at.name : t("views.title")}</Button></Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
          <Menu.Item leftSection={<IconDeviceFloppy size={15} aria-hidden />} onClick={() => setSaving(true)}>{t("views.save")}</Menu.Item>
          {own.length > 0 && <Menu.Label>{t("views.own")}</Menu.Label>}
          {own.map(item)}
          {shared.length > 0 && <Menu.Label>{t("views.shared")}</Menu.Label>}
          {shared.map(item)}
        </Menu.Dropdown>
      </Menu>
      {saving && <Saving source={source} query={now} own={own} close={() => setSaving(false)} />}
    </>
  );
}

function Saving({ source, query, own, close }: { source: Source; query: string; own: View[]; close: () => void }) {
  const t = useWords("explore");
  const u = useWords("ui");
  const explain = useExplain();
  const refreshes = ["/api/v1/saved-views"];
  const add = useChange("post", "/api/v1/saved-views", { refreshes });
  const change = useChange("patch", "/api/v1/saved-views/{id}", { refreshes });
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const same = own.find((v) => v.name === name.trim());
  async function save() {
    try {
      if (same) await change.mutateAsync({ params: { path: { id: same.id } }, body: { query, shared } });
      else await add.mutateAsync({ body: { name: name.trim(), page: source.page, organization: source.organization, query, shared } });
      told(t("views.saved", { name: name.trim() }));
      close();
    } catch (error) {
      refused(t("views.notSaved"), explain(error));
    }
  }
  return (
    <Modal opened onClose={close} title={t("views.save")} closeButtonProps={{ "aria-label": u("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
        <Stack gap="md">
          <TextInput label={t("views.name")} description={same ? t("views.replaces") : t("views.help")} required maxLength={100} data-autofocus value={name} onChange={(e) => setName(e.currentTarget.value)} />
          <Checkbox label={t("views.share")} description={t("views.shareHelp")} checked={shared} onChange={(e) => setShared(e.currentTarget.checked)} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>{u("cancel")}</Button>
            <Button type="submit" disabled={!name.trim()} loading={add.isPending || change.isPending}>{u("save")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function useRemove(): (view: View) => Promise<void> {
  const t = useWords("explore");
  const confirm = useConfirm();
  const explain = useExplain();
  const remove = useChange("delete", "/api/v1/saved-views/{id}", { refreshes: ["/api/v1/saved-views"] });
  return async (view) => {
    const yes = await confirm({ title: t("views.remove", { name: view.name }), yes: t("views.removeYes"), danger: true, children: view.shared ? t("views.removeShared") : t("views.removeHelp") });
    if (!yes) return;
    try {
      await remove.mutateAsync({ params: { path: { id: view.id } } });
    } catch (error) {
      refused(t("views.notRemoved"), explain(error));
    }
  };
}
