import { Alert, Button, Code, CopyButton, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";

import type { Problem } from "../../api/problem";
import { type RowOf, useAll, useChange } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Empty, Notice, State, useExplain } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { languages, useWords } from "../../words/words";
import type { Customer } from "./one";

type User = RowOf<"/api/v1/users">;

/** Who of the customer may sign in to the portal. */
export function People({ customer }: { customer: Customer }) {
  const t = useWords("customer");
  const f = useFormats();
  const can = useCan();
  const [params, setParams] = useSearchParams();
  const inviting = params.get("invite") === "1";
  const turn = (on: boolean) => setParams((before) => { const next = new URLSearchParams(before); if (on) next.set("invite", "1"); else next.delete("invite"); return next; }, { replace: true });
  const users = useAll("/api/v1/users");
  const roles = useAll("/api/v1/roles");
  const rows = users.data?.rows.filter((u) => u.grants.some((g) => g.organization === customer.id));
  const columns = useMemo((): Column<User>[] => [
    { id: "name", title: t("people.name"), value: (u) => u.name },
    { id: "email", title: t("people.email"), value: (u) => u.email },
    { id: "role", title: t("people.role"), value: (u) => u.grants.filter((g) => g.organization === customer.id).map((g) => roles.data?.rows.find((r) => r.id === g.role)?.name ?? g.role).join(", ") },
    { id: "state", title: t("people.state"), value: (u) => u.active, show: (u) => (!u.active ? <State tone="quiet">{t("people.inactive")}</State> : u.joined ? <State tone="good">{t("people.joined")}</State> : <State tone="info">{t("people.invited")}</State>) },
    { id: "since", title: t("people.since"), kind: "time", value: (u) => u.created_at, show: (u) => <span className="num">{f.day(u.created_at)}</span> },
  ], [t, f, roles.data, customer.id]);
  const invite = can("users.write") && <Button size="compact-sm" leftSection={<IconUserPlus size={15} />} onClick={() => turn(true)}>{t("people.invite")}</Button>;
  return (
    <Card flush title={t("people.title")} tools={invite}>
      <DataTable name="customer-users" label={t("people.title")} plain columns={columns} rows={rows} rowKey={(u) => u.id} empty={<Empty title={t("people.none")} action={invite}>{t("people.noneHelp")}</Empty>} />
      <Inviting customer={customer} opened={inviting} close={() => turn(false)} roles={(roles.data?.rows ?? []).filter((r) => r.id.startsWith("customer"))} />
    </Card>
  );
}

function Inviting({ customer, opened, close, roles }: { customer: Customer; opened: boolean; close: () => void; roles: RowOf<"/api/v1/roles">[] }) {
  const t = useWords("customer");
  const ui = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const invite = useChange("post", "/api/v1/users", { refreshes: ["/api/v1/users"] });
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<string | null>("customer-viewer");
  const [locale, setLocale] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem>();
  const shut = () => { close(); invite.reset(); setEmail(""); setName(""); setProblem(undefined); };
  const done = invite.data;
  return (
    <Modal opened={opened} onClose={shut} title={t("people.inviteTo", { customer: customer.name })} closeButtonProps={{ "aria-label": ui("close") }}>
      {done ? (
        <Stack gap="sm">
          <Alert color="pine">{t("people.linkHelp", { until: f.time(done.expires) })}</Alert>
          <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>{done.link}</Code>
          <Group justify="flex-end" gap="xs">
            <CopyButton value={done.link}>{({ copied, copy }) => <Button variant="default" onClick={copy}>{copied ? ui("copied") : ui("copy")}</Button>}</CopyButton>
            <Button onClick={shut}>{ui("close")}</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={(e) => { e.preventDefault(); if (role) invite.mutate({ body: { email: email.trim(), ...(name.trim() ? { name: name.trim() } : {}), grants: [{ organization: customer.id, role }], ...(locale ? { locale } : {}) } }, { onError: setProblem }); }}>
          <Stack gap="sm">
            {problem && !problem.body.errors?.length && <Notice tone="bad">{explain(problem)}</Notice>}
            <TextInput label={t("people.email")} type="email" required data-autofocus value={email} error={problem?.at("email")} onChange={(e) => setEmail(e.currentTarget.value)} />
            <TextInput label={t("people.name")} value={name} error={problem?.at("name")} onChange={(e) => setName(e.currentTarget.value)} />
            <Select label={t("people.role")} required allowDeselect={false} value={role} onChange={setRole} data={roles.map((r) => ({ value: r.id, label: r.name ?? r.id }))} />
            <Select label={t("people.language")} clearable value={locale} onChange={setLocale} data={Object.entries(languages).map(([value, label]) => ({ value, label }))} />
            <Text size="sm" c="dimmed">{t("people.linkLater")}</Text>
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={shut}>{ui("cancel")}</Button>
              <Button type="submit" loading={invite.isPending} disabled={!email.includes("@") || !role}>{t("people.invite")}</Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
