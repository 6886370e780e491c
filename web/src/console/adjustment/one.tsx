import { Anchor, Button, Drawer, Group, Stack, Text, Title } from "@mantine/core";

import { useAsk } from "../../api/query";
import { Amount, Id } from "../../ui/amount";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Facts } from "../../ui/page";
import { Answer } from "../../ui/state";
import { DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import type { Bare, Entry } from "./balance";
import type { Decide } from "./deciding";
import type { Doing } from "./page";
import { EntryState, useKind, useOwner } from "./state";

interface Props {
  id: string | null;
  list: Entry[];
  close: () => void;
  open: (id: string) => void;
  begin: (doing: Doing) => void;
  decide: Decide;
}

/** All that is known of one entry, and what can be done with it. */
export function OneEntry({ id, list, close, ...rest }: Props) {
  const t = useWords("adjustment");
  const ui = useWords("ui");
  const entry = useAsk("/api/v1/entries/{id}", { params: { path: { id: id ?? "" } } }, { when: id !== null });
  return (
    <Drawer opened={id !== null} onClose={close} position="right" size="min(520px, 100vw)" title={t("one.title")} closeButtonProps={{ "aria-label": ui("close") }}>
      {id !== null && <Answer of={entry} lines={10}>{(e) => <Shown entry={e} owner={list.find((x) => x.id === e.id)?.owner} parts={list.filter((x) => x.of === e.id)} close={close} {...rest} />}</Answer>}
    </Drawer>
  );
}

function Shown({ entry, owner, parts, begin, decide, open, close }: { entry: Bare; owner?: string; parts: Entry[] } & Pick<Props, "begin" | "decide" | "open" | "close">) {
  const t = useWords("adjustment");
  const f = useFormats();
  const can = useCan();
  const ownerName = useOwner();
  const kind = useKind();
  const facts: [string, React.ReactNode][] = [
    [t("column.state"), <EntryState key="s" state={entry.state} />],
    [t("column.kind"), kind(entry.kind)],
    [t("column.start"), f.day(entry.start)],
    [t("column.account"), entry.account && <Group gap={6}>{entry.account_name}<Id value={entry.account} /></Group>],
    [t("column.owner"), owner && ownerName(owner)],
    [t("column.payer"), entry.payer && <Id value={entry.payer} />],
    [t("column.service"), entry.service && <span title={entry.service_code}>{entry.service}</span>],
    [t("one.usageType"), entry.usage_type && <span className="id">{entry.usage_type}</span>],
    [t("one.lineType"), entry.line_type && <span className="id">{entry.line_type}</span>],
    [t("column.invoice"), entry.provider_invoice && <Id value={entry.provider_invoice} />],
    [t("one.commitment"), entry.commitment && <Id value={entry.commitment} />],
    [t("one.part"), entry.parts ? t("one.partOf", { part: entry.part, parts: entry.parts }) : undefined],
    [t("one.of"), entry.of && <Anchor component="button" type="button" size="md" onClick={() => open(entry.of!)}>{entry.of}</Anchor>],
    [t("one.due"), entry.due && f.period(entry.due)],
    [t("one.billed"), entry.group && `${entry.group}${entry.into ? ` · ${f.period(entry.into)}` : ""}`],
    [t("column.rate"), entry.rate && <span className="num">{f.number(entry.rate, 10)}</span>],
    [t("apply.taxFree"), entry.tax_free ? t("one.taxFree") : undefined],
    [t("column.by"), entry.rule ? t("one.byRule", { rule: entry.rule }) : entry.decided ? t("byHand") : undefined],
    [t("column.id"), <Id key="id" value={entry.id} />],
  ];
  return (
    <Stack gap="md">
      <div>
        <Title order={2} style={{ overflowWrap: "anywhere" }}>{entry.description || kind(entry.kind)}</Title>
        <Text size="xl" mt={4}><Amount value={entry.amount} currency={entry.currency} strong /></Text>
      </div>
      {can("entries.write") && (
        <Group gap="xs">
          {entry.state === "open" && <Button onClick={() => { close(); begin({ what: "apply", entries: [entry] }); }}>{t("apply.do")}</Button>}
          {entry.state === "open" && <Button variant="default" onClick={() => void decide.keep([entry])}>{t("keep.do")}</Button>}
          {entry.state === "open" && <Button variant="default" onClick={() => { close(); begin({ what: "split", entry }); }}>{t("split.do")}</Button>}
          {entry.state === "open" && entry.payer && <Button variant="default" onClick={() => { close(); begin({ what: "allocate", entry }); }}>{t("allocate.do")}</Button>}
          {(entry.state === "applied" || entry.state === "kept") && <Button variant="default" onClick={() => void decide.restore([entry])}>{t("restore.do")}</Button>}
          {(entry.state === "split" || entry.state === "allocated") && <Button variant="default" onClick={() => void decide.undo(entry)}>{t("undo.do")}</Button>}
          {entry.state === "open" && entry.origin === "custom" && <Button variant="default" color="red" onClick={() => void decide.undo(entry, close)}>{t("undo.remove")}</Button>}
        </Group>
      )}
      {entry.state === "priced" && <Text c="dimmed">{t("one.priced")}</Text>}
      {entry.origin === "difference" && <Text c="dimmed">{t("one.difference")}</Text>}
      <Facts of={facts.filter(([, value]) => value !== undefined && value !== "" && value !== false)} />
      {parts.length > 0 && (
        <div>
          <Title order={3} mb={6}>{t("one.parts")}</Title>
          <DataTable
            name="entry-parts" label={t("one.parts")} plain sort="to" rows={parts} rowKey={(e) => e.id} onOpen={(e) => open(e.id)}
            columns={[
              { id: "to", title: entry.state === "split" ? t("one.due") : t("column.account"), value: (e) => (entry.state === "split" ? e.due : e.account_name || e.account), show: (e) => (entry.state === "split" ? f.period(e.due ?? e.month, true) : e.account_name || e.account) },
              { id: "state", title: t("column.state"), value: (e) => e.state, show: (e) => <EntryState state={e.state} /> },
              { id: "amount", title: t("column.amount"), kind: "amount", value: (e) => e.amount, currency: (e) => e.currency, total: true },
            ]}
          />
        </div>
      )}
    </Stack>
  );
}
