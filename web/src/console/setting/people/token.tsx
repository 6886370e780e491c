import { Button, Group, Modal, MultiSelect, NumberInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";

import { changeOnce, type Schema, useAll } from "../../../api/query";
import { useWords } from "../../../words/words";
import { useDoing } from "../doing";
import type { Shown } from "../once";

/** A token for a service account. */
export function Token({ user, close, show }: { user: Schema<"IdentityUser">; close: () => void; show: (shown: Shown) => void }) {
  const t = useWords("setting");
  const ui = useWords("ui");
  const act = useDoing(["/api/v1/users"]);
  const permissions = useAll("/api/v1/permissions");
  const [name, setName] = useState("");
  const [days, setDays] = useState<number | string>(90);
  const [scopes, setScopes] = useState<string[]>([]);
  async function make() {
    const made = await act(t("people.failed"), () => changeOnce("post", "/api/v1/users/{id}/tokens", { params: { path: { id: user.id } }, body: { name: name.trim(), days: Number(days), ...(scopes.length ? { scopes: scopes as never } : {}) } }));
    if (!made) return;
    show({ title: t("people.tokenMade", { name: name.trim() }), label: t("people.token"), value: made.secret });
    close();
  }
  return (
    <Modal opened onClose={close} title={t("people.makeToken")} closeButtonProps={{ "aria-label": ui("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); void make(); }}>
        <Stack gap="sm">
          <TextInput label={t("people.tokenFor")} required value={name} onChange={(e) => setName(e.currentTarget.value)} data-autofocus />
          <NumberInput label={t("people.days")} required min={1} max={3650} allowDecimal={false} value={days} onChange={setDays} />
          <MultiSelect label={t("people.scopes")} description={t("people.scopesHelp")} searchable clearable placeholder={scopes.length ? undefined : t("people.allScopes")} value={scopes} onChange={setScopes} data={(permissions.data?.rows ?? []).map((p) => p.permission)} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" disabled={!name.trim() || !(Number(days) > 0)}>{t("people.makeToken")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
