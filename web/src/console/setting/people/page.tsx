import { Button, Select, Text } from "@mantine/core";
import { IconRobot, IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { type Schema, useAll } from "../../../api/query";
import { useCan } from "../../../ui/me";
import { Card, Page } from "../../../ui/page";
import { Empty, Failed, State } from "../../../ui/state";
import { type Column, DataTable } from "../../../ui/table";
import { useWords } from "../../../words/words";
import { Once, type Shown } from "../once";
import { Inviting } from "./inviting";
import { OneUser } from "./one";
import { SecondFactor } from "./second_factor";

type User = Schema<"IdentityUser">;

/** Who may come in, and what may they do? */
export default function PeoplePage() {
  const t = useWords("setting");
  const can = useCan();
  const [params, setParams] = useSearchParams();
  const [making, setMaking] = useState<"person" | "service">();
  const [shown, setShown] = useState<Shown>();
  const users = useAll("/api/v1/users");
  const organizations = useAll("/api/v1/organizations");
  const roles = useAll("/api/v1/roles");
  const organization = params.get("organization");
  const set = (name: string, value: string | null) => setParams((before) => { const next = new URLSearchParams(before); if (value) next.set(name, value); else next.delete(name); return next; }, { replace: true });
  const organizationName = (id: string) => organizations.data?.rows.find((o) => o.id === id)?.name ?? id;
  const roleName = (id: string) => roles.data?.rows.find((r) => r.id === id)?.name ?? id;
  const rows = users.data?.rows.filter((u) => !organization || u.grants.some((g) => g.organization === organization));

  const columns: Column<User>[] = [
    { id: "name", title: t("people.name"), value: (u) => `${u.name} ${u.email ?? ""}`, show: (u) => <div><Text size="md" fw={560}>{u.name || u.email}</Text><Text size="xs" c="dimmed">{u.kind === "service" ? t("people.service") : u.email}</Text></div> },
    { id: "state", title: t("column.state"), value: (u) => stateOf(u), show: (u) => <State tone={stateOf(u) === "active" ? "good" : stateOf(u) === "invited" ? "info" : "warn"}>{t(`people.state.${stateOf(u)}`)}</State> },
    { id: "grants", title: t("people.grants"), width: 260, value: (u) => u.grants.map((g) => `${organizationName(g.organization)}: ${roleName(g.role)}`).join(", "), show: (u) => u.grants.length === 0 ? <span className="soft">–</span> : <div>{u.grants.map((g) => <div key={g.organization + g.role}>{roleName(g.role)} <span className="soft">{organizationName(g.organization)}</span></div>)}</div> },
    { id: "factor", title: t("people.factor"), value: (u) => u.has_totp, show: (u) => (u.kind === "service" ? <span className="soft">–</span> : u.has_totp ? <State tone="good">{t("people.codes")}</State> : <span className="soft">{t("people.noCodes")}</span>) },
    { id: "since", title: t("people.since"), kind: "time", value: (u) => u.created_at },
    { id: "id", title: t("column.id"), kind: "id", value: (u) => u.id, hidden: true },
  ];
  const write = can("users.write");
  return (
    <Page
      title={t("place.people.title")} question={t("people.question")} wide
      actions={write && (
        <>
          <Button variant="default" leftSection={<IconRobot size={15} />} onClick={() => setMaking("service")}>{t("people.addService")}</Button>
          <Button leftSection={<IconUserPlus size={15} />} onClick={() => setMaking("person")}>{t("people.invite")}</Button>
        </>
      )}
    >
      <Card flush label={t("place.people.title")}>
        {users.error ? <Failed error={users.error} again={() => void users.refetch()} /> : (
          <DataTable
            name="people" label={t("place.people.title")} columns={columns} rows={rows} rowKey={(u) => u.id} sort="name" onOpen={(u) => set("user", u.id)} mark={(u) => (u.active ? undefined : "quiet")}
            tools={<Select aria-label={t("people.organization")} placeholder={t("people.organization")} clearable searchable w={230} value={organization} onChange={(v) => set("organization", v)} data={(organizations.data?.rows ?? []).map((o) => ({ value: o.id, label: o.name }))} />}
            empty={<Empty title={t("people.none")}>{t("people.noneHelp")}</Empty>}
          />
        )}
      </Card>
      <SecondFactor organizations={organizations.data?.rows ?? []} />
      <Inviting kind={making} close={() => setMaking(undefined)} show={setShown} />
      <OneUser id={params.get("user")} close={() => set("user", null)} show={setShown} />
      <Once shown={shown} close={() => setShown(undefined)} />
    </Page>
  );
}

const stateOf = (u: User): "active" | "invited" | "blocked" => (!u.active ? "blocked" : u.joined || u.kind === "service" ? "active" : "invited");
