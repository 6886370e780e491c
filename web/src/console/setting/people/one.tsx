import { ActionIcon, Button, Drawer, Group, Stack, Text, Title, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";

import { changeOnce, type Schema, useAll, useAsk } from "../../../api/query";
import { Id } from "../../../ui/amount";
import { useConfirm } from "../../../ui/confirm";
import { useFormats } from "../../../ui/format";
import { useCan, useMe } from "../../../ui/me";
import { Facts } from "../../../ui/page";
import { Answer, State } from "../../../ui/state";
import { DataTable } from "../../../ui/table";
import { useWords } from "../../../words/words";
import { useDoing } from "../doing";
import type { Shown } from "../once";
import { type Draft, Grants, whole } from "./grants";
import { Token } from "./token";

type User = Schema<"IdentityUser">;
interface Props { id: string | null; close: () => void; show: (shown: Shown) => void }

/** One user or service account: roles, where they are signed in, tokens. */
export function OneUser({ id, close, show }: Props) {
  const t = useWords("setting");
  const ui = useWords("ui");
  const user = useAsk("/api/v1/users/{id}", { params: { path: { id: id ?? "" } } }, { when: id !== null });
  return (
    <Drawer opened={id !== null} onClose={close} position="right" size="min(620px, 100vw)" title={t("people.one")} closeButtonProps={{ "aria-label": ui("close") }}>
      {id !== null && <Answer of={user} lines={10}>{(u) => <Content key={`${u.id} ${u.version}`} user={u} close={close} show={show} />}</Answer>}
    </Drawer>
  );
}

function Content({ user, close, show }: { user: User } & Omit<Props, "id">) {
  const t = useWords("setting");
  const f = useFormats();
  const can = useCan();
  const me = useMe();
  const act = useDoing(["/api/v1/users"]);
  const confirm = useConfirm();
  const [grants, setGrants] = useState<Draft[]>(user.grants.map((g) => ({ organization: g.organization, role: g.role })));
  const write = can("users.write");
  const path = { params: { path: { id: user.id } } };
  const service = user.kind === "service";
  const changed = JSON.stringify(grants) !== JSON.stringify(user.grants.map((g) => ({ organization: g.organization, role: g.role })));
  const name = user.name || user.email || user.id;

  async function link(kind: "invite" | "reset") {
    const made = await act(t("people.failed"), () => changeOnce("post", `/api/v1/users/{id}/${kind}`, path));
    if (made) show({ title: kind === "invite" ? t("people.invited", { email: user.email }) : t("people.resetTitle", { name }), label: t("people.link"), value: made.link, help: t("people.linkHelp", { time: f.time(made.expires) }) });
  }
  async function block() {
    const yes = await confirm({ title: t("people.blockTitle", { name }), children: t("people.blockHelp"), yes: t("people.block"), danger: true });
    if (yes) await act(t("people.failed"), () => changeOnce("patch", "/api/v1/users/{id}", { ...path, body: { active: false } }), t("people.blocked", { name }));
  }
  async function remove() {
    const yes = await confirm({ title: t("people.removeTitle", { name }), children: t("people.removeHelp"), yes: t("people.remove"), danger: true });
    if (!yes) return;
    // Closed before anything is read again: there is nobody to ask for any more.
    await act(t("people.failed"), async () => { await changeOnce("delete", "/api/v1/users/{id}", path); close(); }, t("people.removed", { name }));
  }
  return (
    <Stack gap="lg">
      <div>
        <Title order={2}>{name}</Title>
        <Text c="dimmed">{service ? t("people.service") : user.email}</Text>
      </div>
      {write && (
        <Group gap="xs">
          {!service && !user.joined && <Button variant="default" onClick={() => void link("invite")}>{t("people.inviteAgain")}</Button>}
          {!service && user.joined && <Button variant="default" onClick={() => void link("reset")}>{t("people.reset")}</Button>}
          {user.active ? user.id !== me.id && <Button variant="default" onClick={() => void block()}>{t("people.block")}</Button>
            : <Button variant="default" onClick={() => void act(t("people.failed"), () => changeOnce("patch", "/api/v1/users/{id}", { ...path, body: { active: true } }), t("people.unblocked", { name }))}>{t("people.unblock")}</Button>}
          {user.id !== me.id && <Button variant="subtle" color="red" onClick={() => void remove()}>{t("people.remove")}</Button>}
        </Group>
      )}
      <Facts of={[
        [t("column.state"), <State key="s" tone={!user.active ? "warn" : user.joined || service ? "good" : "info"}>{t(`people.state.${!user.active ? "blocked" : user.joined || service ? "active" : "invited"}`)}</State>],
        ...(service ? [] : [[t("people.factor"), user.has_totp ? t("people.codes") : t("people.noCodes")] as [string, string]]),
        [t("people.since"), f.time(user.created_at)],
        [t("column.id"), <Id key="i" value={user.id} />],
      ]} />
      <Stack gap="xs">
        <Title order={3}>{t("people.grants")}</Title>
        {write ? <Grants grants={grants} change={setGrants} /> : user.grants.map((g) => <Text key={g.organization}>{g.role} <span className="soft">{g.organization}</span></Text>)}
        {write && changed && (
          <Group gap="xs">
            <Button disabled={!whole(grants)} onClick={() => void act(t("people.failed"), () => changeOnce("put", "/api/v1/users/{id}/grants", { ...path, body: { grants: grants as Schema<"AccessGrant">[] } }), t("people.grantsSaved"))}>{t("people.saveGrants")}</Button>
          </Group>
        )}
      </Stack>
      {!service && <Sessions user={user} />}
      <Tokens user={user} show={show} />
    </Stack>
  );
}

function Sessions({ user }: { user: User }) {
  const t = useWords("setting");
  const can = useCan();
  const act = useDoing(["/api/v1/users"]);
  const sessions = useAll("/api/v1/users/{id}/sessions", { params: { path: { id: user.id } } });
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3}>{t("people.sessions")}</Title>
        {can("users.write") && !!sessions.data?.rows.length && <Button size="compact-sm" variant="default" onClick={() => void act(t("people.failed"), () => changeOnce("delete", "/api/v1/users/{id}/sessions", { params: { path: { id: user.id } } }), t("people.signedOut"))}>{t("people.signOut")}</Button>}
      </Group>
      <DataTable
        name="user-sessions" label={t("people.sessions")} plain rows={sessions.data?.rows} rowKey={(s) => s.id} maxHeight={220} empty={<Text p="md" c="dimmed">{t("people.noSessions")}</Text>}
        columns={[
          { id: "agent", title: t("people.browser"), value: (s) => s.user_agent, show: (s) => <Text size="sm" truncate maw={220} title={s.user_agent}>{s.user_agent}</Text> },
          { id: "address", title: t("people.address"), kind: "id", value: (s) => s.address },
          { id: "seen", title: t("people.seen"), kind: "time", value: (s) => s.seen_at },
        ]}
      />
    </Stack>
  );
}

function Tokens({ user, show }: { user: User; show: (shown: Shown) => void }) {
  const t = useWords("setting");
  const f = useFormats();
  const can = useCan();
  const act = useDoing(["/api/v1/users"]);
  const [making, setMaking] = useState(false);
  const tokens = useAll("/api/v1/users/{id}/tokens", { params: { path: { id: user.id } } });
  const write = can("users.write");
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3}>{t("people.tokens")}</Title>
        {write && user.kind === "service" && <Button size="compact-sm" onClick={() => setMaking(true)}>{t("people.makeToken")}</Button>}
      </Group>
      <DataTable
        name="user-tokens" label={t("people.tokens")} plain rows={tokens.data?.rows} rowKey={(x) => x.id} maxHeight={240} empty={<Text p="md" c="dimmed">{t("people.noTokens")}</Text>}
        columns={[
          { id: "name", title: t("people.name"), value: (x) => x.name },
          { id: "scopes", title: t("people.scopes"), value: (x) => x.scopes.length, show: (x) => <span title={x.scopes.join(", ")}>{x.scopes.length ? f.number(x.scopes.length) : t("people.allScopes")}</span> },
          { id: "used", title: t("people.used"), kind: "time", value: (x) => x.used_at },
          { id: "expires", title: t("people.expires"), kind: "day", value: (x) => x.expires_at },
          ...(write ? [{ id: "do", title: t("column.do"), value: () => undefined, show: (x: Schema<"IdentityToken">) => (
            <Tooltip label={t("people.endToken", { name: x.name })}><ActionIcon aria-label={t("people.endToken", { name: x.name })} onClick={() => void act(t("people.failed"), () => changeOnce("delete", "/api/v1/users/{id}/tokens/{token}", { params: { path: { id: user.id, token: x.id } } }), t("people.tokenEnded", { name: x.name }))}><IconTrash size={15} /></ActionIcon></Tooltip>
          ) }] : []),
        ]}
      />
      {making && <Token user={user} close={() => setMaking(false)} show={show} />}
    </Stack>
  );
}
