import { Anchor, Button, Modal, Stack, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "react-router";

import { refresh, useAll } from "../../api/query";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { Empty, Failed, useExplain } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";
import { declare, type Template } from "../group/declared";
import { useFieldWords } from "../group/form/context";

interface Row {
  template: Template;
  groups: string[];
  at: string;
  by: string;
}

/** Templates: settings that several billing groups share. */
export default function TemplatesPage() {
  const t = useWords("template");
  const can = useCan();
  const go = useNavigate();
  const [adding, setAdding] = useState(false);
  const templates = useAll("/api/v1/config/{kind}", { params: { path: { kind: "invoice_templates" } } });
  const groups = useAll("/api/v1/billing-groups");
  const rows = useMemo(() => templates.data && groups.data && templates.data.rows.map((r): Row => ({
    template: r.spec as Template, at: r.applied_at, by: r.applied_by, groups: groups.data.rows.filter((g) => g.template === r.id).map((g) => g.id),
  })), [templates.data, groups.data]);
  const columns = useColumns();
  const add = can("config.write") && <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>{t("add")}</Button>;
  return (
    <Page title={t("title")} question={t("question")} actions={add} wide>
      <Card flush label={t("title")}>
        {templates.error ? <Failed error={templates.error} again={() => void templates.refetch()} /> : (
          <DataTable
            name="templates" label={t("title")} columns={columns} rows={rows} rowKey={(r) => r.template.id} sort="name" onOpen={(r) => void go(`/templates/${encodeURIComponent(r.template.id)}`)}
            empty={<Empty title={t("none")} action={add || undefined}>{t("noneHelp")}</Empty>}
          />
        )}
      </Card>
      <Adding opened={adding} close={() => setAdding(false)} taken={rows?.map((r) => r.template.id) ?? []} />
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const t = useWords("template");
  const f = useFormats();
  const { label } = useFieldWords();
  return useMemo((): Column<Row>[] => [
    { id: "name", title: t("column.name"), value: (r) => r.template.name || r.template.id, show: (r) => <Anchor component={Link} to={`/templates/${encodeURIComponent(r.template.id)}`} fw={560} inherit>{r.template.name || r.template.id}</Anchor> },
    { id: "id", title: t("column.id"), kind: "id", value: (r) => r.template.id },
    { id: "decides", title: t("column.decides"), value: (r) => Object.keys(r.template.invoice ?? {}).map(label).join(", "), width: 260 },
    { id: "groups", title: t("column.groups"), kind: "number", value: (r) => r.groups.length },
    { id: "at", title: t("column.at"), kind: "time", value: (r) => r.at, show: (r) => <span title={r.by}>{f.time(r.at)}</span> },
  ], [t, f, label]);
}

function Adding({ opened, close, taken }: { opened: boolean; close: () => void; taken: string[] }) {
  const t = useWords("template");
  const ui = useWords("ui");
  const explain = useExplain();
  const queries = useQueryClient();
  const go = useNavigate();
  const [id, setID] = useState("");
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  async function add() {
    if (taken.includes(id)) return setWrong(t("taken"));
    setBusy(true);
    try {
      await declare("invoice_templates", id, { id, name: name || undefined, invoice: {} });
      await refresh(queries, ["/api/v1/config"]);
      await go(`/templates/${encodeURIComponent(id)}`);
    } catch (error) {
      setWrong(explain(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Modal opened={opened} onClose={close} title={t("add")} closeButtonProps={{ "aria-label": ui("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); void add(); }}>
        <Stack gap="sm">
          <TextInput label={t("column.name")} value={name} onChange={(e) => setName(e.currentTarget.value)} data-autofocus />
          <TextInput label={t("column.id")} description={t("idHelp")} required pattern="[A-Za-z0-9_\-][A-Za-z0-9._\-]*" value={id} error={wrong} onChange={(e) => { setID(e.currentTarget.value); setWrong(""); }} />
          <Button type="submit" loading={busy} disabled={!id} style={{ alignSelf: "flex-end" }}>{t("make")}</Button>
        </Stack>
      </form>
    </Modal>
  );
}
