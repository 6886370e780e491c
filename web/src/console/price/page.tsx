import { Anchor, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconArrowsShuffle, IconPlus } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";

import { askOnce, type Schema, useAll } from "../../api/query";
import { compare, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Empty, Failed, Notice, State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { Attached } from "./attached";
import { keepDraft, useDrafts } from "./drafts";
import { Importing } from "./importing";
import { toneOf } from "./marks";
import { writeBook } from "./yaml";

type Use = Schema<"BookUse">;

interface Row {
  id: string;
  book?: Schema<"Book">; // none where it is not saved yet
  use?: Use;
  sum?: Use["totals"][number]; // of the currency with the highest price
  draft: boolean;
}

/** Price books: who pays by them, what they come to, and what is odd about them. */
export default function BooksPage() {
  const t = useWords("price");
  const f = useFormats();
  const can = useCan();
  const go = useNavigate();
  const { period } = usePeriod();
  const drafts = useDrafts();
  const [adding, setAdding] = useState(false);
  const [importing, setImporting] = useState(false);
  const books = useAll("/api/v1/price-books");
  const uses = useQueries({
    queries: (books.data?.rows ?? []).map(({ id }) => {
      const init = { params: { path: { id }, query: { period } } };
      return { queryKey: ["/api/v1/price-books/{id}/use", init], queryFn: () => askOnce("/api/v1/price-books/{id}/use", init), retry: false };
    }),
  });
  const unrated = uses.length > 0 && uses.every((u) => u.isError);
  const rows = useMemo(() => books.data && [
    ...books.data.rows.map((book, i): Row => {
      const use = uses[i]?.data;
      return { id: book.id, book, use, sum: [...use?.totals ?? []].sort((a, b) => compare(b.price, a.price))[0], draft: drafts[book.id] !== undefined };
    }),
    ...Object.keys(drafts).filter((id) => !books.data.rows.some((b) => b.id === id)).map((id): Row => ({ id, draft: true })),
  ], [books.data, uses, drafts]);
  const columns = useColumns();
  const actions = (
    <>
      <Button component={Link} to={`/what-if?month=${period}`} variant="default" leftSection={<IconArrowsShuffle size={15} />}>{t("whatIf")}</Button>
      {can("prices.write") && <Button variant="default" onClick={() => setImporting(true)}>{t("importing.open")}</Button>}
      {can("prices.write") && <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>{t("add")}</Button>}
    </>
  );
  return (
    <Page title={t("title")} question={t("question", { month: f.period(period) })} actions={actions} wide>
      {unrated && <Notice tone="info">{t("unrated", { month: f.period(period) })}</Notice>}
      <Card flush label={t("title")}>
        {books.error ? <Failed error={books.error} again={() => void books.refetch()} /> : (
          <DataTable
            name="price-books" label={t("title")} columns={columns} rows={rows} rowKey={(r) => r.id} sort="-price" onOpen={(r) => void go(`/prices/${encodeURIComponent(r.id)}`)}
            empty={<Empty title={t("none")} action={can("prices.write") && <Button onClick={() => setAdding(true)}>{t("add")}</Button>}>{t("noneHelp")}</Empty>}
          />
        )}
      </Card>
      <Adding opened={adding} close={() => setAdding(false)} taken={rows?.map((r) => r.id) ?? []} />
      <Importing opened={importing} close={() => setImporting(false)} taken={rows?.map((r) => r.id) ?? []} />
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const t = useWords("price");
  return useMemo((): Column<Row>[] => {
    const currency = (r: Row) => r.sum?.currency ?? "";
    const idle = (r: Row) => r.use?.rules.filter((x) => !x.gone && !x.sums?.length).length;
    return [
      {
        id: "id", title: t("column.book"), value: (r) => r.id, width: 150,
        show: (r) => (
          <Group gap={8} wrap="nowrap">
            <Anchor component={Link} to={`/prices/${encodeURIComponent(r.id)}`} fw={600}>{r.id}</Anchor>
            {r.draft && <State tone="warn">{r.book ? t("changedHere") : t("unsaved")}</State>}
          </Group>
        ),
      },
      { id: "attached", title: t("column.attached"), value: (r) => r.book?.attached_to.join(", "), show: (r) => (r.book?.attached_to.length ? <Attached to={r.book.attached_to} most={2} /> : <span className="soft">{r.book ? t("nobody") : "–"}</span>), width: 220 },
      { id: "groups", title: t("column.groups"), kind: "number", value: (r) => r.use?.groups.length },
      { id: "rules", title: t("column.rules"), kind: "number", value: (r) => r.book?.rules },
      { id: "idle", title: t("column.idle"), kind: "number", value: idle, show: (r) => (idle(r) ? <State tone="warn">{t("idle", { count: idle(r) })}</State> : <span className="num">{idle(r) ?? <span className="soft">–</span>}</span>) },
      {
        id: "marks", title: t("column.marks"), kind: "number", value: (r) => r.use?.remarks.length,
        show: (r) => {
          const tone = toneOf(r.use?.remarks ?? []);
          return tone ? <State tone={tone}>{t("marks", { count: r.use!.remarks.length })}</State> : <span className="num">{r.use ? 0 : <span className="soft">–</span>}</span>;
        },
      },
      { id: "base", title: t("column.base"), kind: "amount", currency, value: (r) => r.sum?.base },
      { id: "price", title: t("column.price"), kind: "amount", currency, value: (r) => r.sum?.price },
      { id: "difference", title: t("column.difference"), kind: "amount", currency, value: (r) => r.sum?.difference },
      { id: "managed", title: t("column.managed"), kind: "amount", currency, value: (r) => r.sum && sum([r.sum.managed]), hidden: true },
      { id: "examples", title: t("column.examples"), kind: "number", value: (r) => r.book?.examples, hidden: true },
    ];
  }, [t]);
}

/** A new book begins as a text in the browser; it is declared when it is saved. */
function Adding({ opened, close, taken }: { opened: boolean; close: () => void; taken: string[] }) {
  const t = useWords("price");
  const ui = useWords("ui");
  const go = useNavigate();
  const [id, setID] = useState("");
  const clash = taken.includes(id);
  function add() {
    if (clash) return;
    keepDraft(id, writeBook({ id, rules: [{ name: t("firstRule"), match: {}, percent: "5" }] }));
    void go(`/prices/${encodeURIComponent(id)}`);
  }
  return (
    <Modal opened={opened} onClose={close} title={t("add")} closeButtonProps={{ "aria-label": ui("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); add(); }}>
        <Stack gap="sm">
          <TextInput label={t("column.book")} description={t("idHelp")} required pattern="[A-Za-z0-9_\-][A-Za-z0-9._\-]*" value={id} error={clash && t("taken")} onChange={(e) => setID(e.currentTarget.value)} data-autofocus />
          <Text size="sm" c="dimmed">{t("addHelp")}</Text>
          <Button type="submit" disabled={!id || clash} style={{ alignSelf: "flex-end" }}>{t("write")}</Button>
        </Stack>
      </form>
    </Modal>
  );
}
