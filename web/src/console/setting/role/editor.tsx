import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { changeOnce, type Schema } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { hasWord, useWords } from "../../../words/words";
import { declare } from "../../group/declared";
import { useDoing } from "../doing";

type Role = Schema<"AccessRole">;
interface Props { role?: Role | "new"; permissions: Schema<"AccessDescribed">[]; taken: string[]; close: () => void }

/** A role of the reseller's own. */
export function RoleEditor(props: Props) {
  const t = useWords("setting");
  const ui = useWords("ui");
  const { role, close } = props;
  return (
    <Modal opened={!!role} onClose={close} size="lg" title={role === "new" ? t("role.add") : role && t("role.edit", { name: role.name || role.id })} closeButtonProps={{ "aria-label": ui("close") }}>
      {role && <Form {...props} role={role} />}
    </Modal>
  );
}

function Form({ role, permissions, taken, close }: Props & { role: Role | "new" }) {
  const t = useWords("setting");
  const ui = useWords("ui");
  const confirm = useConfirm();
  const act = useDoing(["/api/v1/roles", "/api/v1/config"]);
  const old = role === "new" ? undefined : role;
  const [id, setID] = useState(old?.id ?? "");
  const [name, setName] = useState(old?.name ?? "");
  const [may, setMay] = useState<string[]>(old?.permissions ?? []);
  const clash = !old && taken.includes(id);
  async function save() {
    if (await act(t("role.failed"), () => declare("roles", id, { id, ...(name ? { name } : {}), permissions: may }), t("role.saved", { name: name || id }))) close();
  }
  async function remove() {
    const yes = await confirm({ title: t("role.removeTitle", { name: name || id }), children: t("role.removeHelp"), yes: t("role.remove"), danger: true });
    if (yes && await act(t("role.failed"), () => changeOnce("delete", "/api/v1/config/{kind}/{id}", { params: { path: { kind: "roles", id } } }))) close();
  }
  return (
    <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <Stack gap="sm">
        <TextInput label={t("role.name_")} value={name} onChange={(e) => setName(e.currentTarget.value)} data-autofocus />
        <TextInput label={t("column.id")} required disabled={!!old} pattern="[A-Za-z0-9_\-][A-Za-z0-9._\-]*" value={id} error={clash && t("role.taken")} onChange={(e) => setID(e.currentTarget.value)} />
        <Checkbox.Group label={t("role.may_")} value={may} onChange={setMay}>
          <Stack gap={6} mt={6} mah={360} style={{ overflow: "auto" }}>
            {permissions.map((p) => <Checkbox key={p.permission} value={p.permission} label={<>{hasWord("setting", `permission.${p.permission.replace(".", "-")}`) ? t(`permission.${p.permission.replace(".", "-")}` as "permission.months-read") : p.about} <Text span size="xs" className="id soft">{p.permission}</Text></>} />)}
          </Stack>
        </Checkbox.Group>
        <Group justify="space-between">
          {old ? <Button variant="subtle" color="red" onClick={() => void remove()}>{ui("remove")}</Button> : <span />}
          <Group gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" disabled={!id || clash || may.length === 0}>{ui("save")}</Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
