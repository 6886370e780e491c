import { ActionIcon, Avatar, Button, Group, Menu, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";

import { type RowOf, type Schema, useAll, useChange } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useMe } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { Answer, Empty, State, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { useOrganization } from "../frame";
import { Invite, InvitationLink } from "./invite";
import { givable, type Role, useRoleName } from "./role";

type User = RowOf<"/api/v1/users">;

/** Who of us may look at this, and what may they do? */
export default function People() {
  const t = useWords("person");
  const organization = useOrganization();
  const users = useAll("/api/v1/users");
  const roles = useAll("/api/v1/roles");
  const [inviting, invite] = useDisclosure();
  const [link, setLink] = useState<Schema<"Invited">>();
  const may = organization.permissions.includes("users.write");
  const given = givable(roles.data?.rows ?? [], organization.permissions);
  return (
    <Page title={t("title")} question={t("question")} actions={may && <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={invite.open}>{t("invite")}</Button>}>
      <Answer of={users} height={240}>
        {({ rows }) => {
          const people = rows.filter((u) => u.kind === "person" && u.grants.some((g) => g.organization === organization.id)).sort((a, b) => a.name.localeCompare(b.name));
          return (
            <Card flush label={t("title")}>
              {people.length === 0 ? <Empty title={t("none")} /> : (
                <Stack component="ul" gap={0} m={0} p={0} style={{ listStyle: "none" }}>{people.map((u) => <Person key={u.id} user={u} roles={given} may={may} invited={setLink} />)}</Stack>
              )}
            </Card>
          );
        }}
      </Answer>
      <Invite opened={inviting} close={invite.close} roles={given} done={setLink} />
      <InvitationLink invited={link} close={() => setLink(undefined)} />
    </Page>
  );
}

function Person({ user: u, roles, may, invited }: { user: User; roles: Role[]; may: boolean; invited: (link: Schema<"Invited">) => void }) {
  const t = useWords("person");
  const me = useMe();
  const organization = useOrganization().id;
  const roleName = useRoleName();
  const confirm = useConfirm();
  const explain = useExplain();
  const path = { params: { path: { id: u.id } } };
  const options = { refreshes: ["/api/v1/users"] };
  const grants = useChange("put", "/api/v1/users/{id}/grants", options);
  const change = useChange("patch", "/api/v1/users/{id}", options);
  const remove = useChange("delete", "/api/v1/users/{id}", options);
  const again = useChange("post", "/api/v1/users/{id}/invite", options);
  const failed = { onError: (error: unknown) => refused(t("notDone", { name: u.name || u.email || "" }), explain(error)) };
  const name = u.name || u.email || u.id;
  const self = u.id === me.id;
  const own = u.grants.filter((g) => g.organization === organization);
  const role = own.length === 1 ? own[0]!.role : undefined;
  const changeable = may && !self && role !== undefined && roles.some((r) => r.id === role);

  function give(next: string | null) {
    if (!next || next === role) return;
    const others = u.grants.filter((g) => g.organization !== organization).map((g) => ({ organization: g.organization, role: g.role }));
    grants.mutate({ ...path, body: { grants: [...others, { organization, role: next }] } }, { ...failed, onSuccess: () => told(t("roleChanged", { name, role: roleName(next) })) });
  }
  async function stop() {
    if (!(await confirm({ title: t("stopTitle", { name }), children: t("stopHelp"), yes: t("stop"), danger: true }))) return;
    change.mutate({ ...path, body: { active: false } }, failed);
  }
  async function take() {
    if (!(await confirm({ title: t("removeTitle", { name }), children: t("removeHelp"), yes: t("remove"), danger: true }))) return;
    remove.mutate(path, { ...failed, onSuccess: () => told(t("removed", { name })) });
  }
  return (
    <Group component="li" wrap="wrap" gap="sm" px="md" py="sm" style={{ boxShadow: "0 -1px 0 var(--rule)" }}>
      <Avatar size={34} radius="xl" color="gray" aria-hidden>{[...name][0]?.toLocaleUpperCase()}</Avatar>
      <div style={{ flex: "1 1 180px", minWidth: 0 }}>
        <Group gap="xs">
          <Text fw={560}>{name}</Text>
          {self && <Text size="sm" c="dimmed">{t("you")}</Text>}
          {!u.active && <State tone="quiet">{t("stopped")}</State>}
          {u.active && !u.joined && <State tone="warn">{t("waiting")}</State>}
        </Group>
        <Text size="sm" c="dimmed" truncate>{u.email}</Text>
      </div>
      {changeable
        ? <Select size="xs" w={170} aria-label={t("roleOf", { name })} allowDeselect={false} value={role} onChange={give} disabled={grants.isPending} data={roles.map((r) => ({ value: r.id, label: roleName(r) }))} />
        : <Text size="sm" w={170}>{own.map((g) => roleName(g.role)).join(" · ")}</Text>}
      {may && !self
        ? (
          <Menu position="bottom-end">
            <Menu.Target><ActionIcon aria-label={t("more", { name })}><IconDots size={17} /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              {!u.joined && <Menu.Item onClick={() => again.mutate(path, { ...failed, onSuccess: invited })}>{t("again")}</Menu.Item>}
              {u.active ? <Menu.Item onClick={() => void stop()}>{t("stop")}</Menu.Item> : <Menu.Item onClick={() => change.mutate({ ...path, body: { active: true } }, failed)}>{t("resume")}</Menu.Item>}
              <Menu.Item color="red" onClick={() => void take()}>{t("remove")}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )
        : <div style={{ width: 28 }} />}
    </Group>
  );
}
