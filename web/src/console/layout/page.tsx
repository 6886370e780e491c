import { Anchor, Button, Group, Select, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";

import { useAll, useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { Answer, Empty, Failed } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { declare } from "../group/declared";
import { useDoing } from "../setting/doing";
import { Adding } from "./adding";
import { useNameOf } from "./context";
import { type Choices, type Layout, lookOf } from "./layout";
import { Sketch } from "./sketch";
import { UsedBy } from "./used_by";
import { countOf, type Users, useUsers } from "./users";

interface Row {
  layout: Layout;
  users: Users;
  at: string;
  by: string;
}

/** Layouts: how documents look as PDF, and which documents look so. */
export default function LayoutsPage() {
  const t = useWords("layout");
  const can = useCan();
  const go = useNavigate();
  const [from, setFrom] = useState<string>(); // what a new one starts from, while one is being made
  const choices = useAsk("/api/v1/invoice-layouts/words");
  const layouts = useAll("/api/v1/config/{kind}", { params: { path: { kind: "invoice_layouts" } } });
  const users = useUsers();
  const rows = useMemo(() => users.ready ? layouts.data?.rows.map((r): Row => ({ layout: r.spec as Layout, users: users.of(r.id), at: r.applied_at, by: r.applied_by })) : undefined, [layouts.data, users]);
  const columns = useColumns(choices.data);
  const error = layouts.error ?? users.error;
  const add = can("config.write") && <Button leftSection={<IconPlus size={15} />} onClick={() => setFrom("modern")}>{t("add")}</Button>;
  return (
    <Page title={t("title")} question={t("question")} actions={add} path={[{ title: t("settings"), to: "/settings" }]} wide>
      <Card title={t("standard.title")}><Standard users={users} layouts={rows?.map((r) => r.layout) ?? []} /></Card>
      <Card flush title={t("own")}>
        {error ? <Failed error={error} again={() => void layouts.refetch()} /> : (
          <DataTable
            name="layouts" label={t("own")} columns={columns} rows={rows} rowKey={(r) => r.layout.id} sort="name" plain={(rows?.length ?? 0) < 12} onOpen={(r) => void go(`/settings/layouts/${encodeURIComponent(r.layout.id)}`)}
            empty={<Empty title={t("none")} action={add || undefined}>{t("noneHelp")}</Empty>}
          />
        )}
      </Card>
      <Card title={t("looks.title")}>
        <Answer of={choices} lines={4}>{(c) => <Looks looks={c.looks} start={can("config.write") ? setFrom : undefined} />}</Answer>
      </Card>
      {choices.data && rows && <Adding key={from} from={from} close={() => setFrom(undefined)} choices={choices.data} own={rows.map((r) => r.layout)} />}
    </Page>
  );
}

function useColumns(choices: Choices | undefined): Column<Row>[] {
  const t = useWords("layout");
  const f = useFormats();
  const name = useNameOf();
  return useMemo((): Column<Row>[] => [
    {
      id: "name", title: t("column.name"), width: 190, value: (r) => r.layout.name || r.layout.id,
      show: (r) => (
        <Group gap="sm" wrap="nowrap">
          <Sketch look={r.layout.based_on ?? "modern"} colours={{ ...(choices && lookOf(choices, r.layout).colours), ...r.layout.colours }} width={22} />
          <Anchor component={Link} to={`/settings/layouts/${encodeURIComponent(r.layout.id)}`} fw={560} inherit>{r.layout.name || r.layout.id}</Anchor>
        </Group>
      ),
    },
    { id: "id", title: t("column.id"), kind: "id", value: (r) => r.layout.id },
    { id: "look", title: t("column.look"), value: (r) => name("look", r.layout.based_on ?? "modern") },
    { id: "languages", title: t("column.words"), value: (r) => (r.layout.words ?? []).map((w) => w.language || t("words.others")).join(", ") },
    { id: "users", title: t("column.users"), value: (r) => countOf(r.users), show: (r) => <UsedBy users={r.users} />, width: 240 },
    { id: "at", title: t("column.at"), kind: "time", value: (r) => r.at, show: (r) => <span title={r.by} className="num">{f.time(r.at)}</span> },
  ], [t, f, name, choices]);
}

/** The layout of every document whose template or group names none. */
function Standard({ users, layouts }: { users: ReturnType<typeof useUsers>; layouts: Layout[] }) {
  const t = useWords("layout");
  const can = useCan();
  const act = useDoing(["/api/v1/config"]);
  const name = useNameOf();
  const [busy, setBusy] = useState(false);
  async function choose(layout: string) {
    if (!users.reseller) return;
    setBusy(true);
    const spec = { ...(users.reseller.spec as object), layout: layout || undefined };
    await act(t("standard.failed"), () => declare("reseller", users.reseller!.id, spec), t("standard.done"));
    setBusy(false);
  }
  return (
    <Stack gap={6}>
      <Select
        aria-label={t("standard.title")} w={{ base: "100%", sm: 340 }} allowDeselect={false} disabled={!can("config.write") || !users.reseller || busy} value={users.standard}
        onChange={(v) => void choose(v ?? "")} data={[{ value: "", label: t("standard.builtIn", { look: name("look", "modern") }) }, ...layouts.map((l) => ({ value: l.id, label: l.name || l.id }))]}
      />
      <Text size="sm" c="dimmed">{t("standard.help")}</Text>
    </Stack>
  );
}

function Looks({ looks, start }: { looks: Layout[]; start?: (look: string) => void }) {
  const t = useWords("layout");
  const name = useNameOf();
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="lg">
      {looks.map((look) => (
        <Group key={look.id} wrap="nowrap" align="flex-start" gap="md">
          <Sketch look={look.id} colours={look.colours} width={92} />
          <Stack gap={4} align="flex-start">
            <Title order={3}>{name("look", look.id)}</Title>
            <Text size="sm" c="dimmed">{name("lookAbout", look.id)}</Text>
            {start && <Button size="compact-sm" variant="default" mt={4} aria-label={t("looks.startFrom", { look: name("look", look.id) })} onClick={() => start(look.id)}>{t("looks.start")}</Button>}
          </Stack>
        </Group>
      ))}
    </SimpleGrid>
  );
}
