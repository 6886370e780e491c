import { Anchor, Group, Modal, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link } from "react-router";

import type { Schema } from "../../api/query";
import { Amount, Change } from "../../ui/amount";
import { Card } from "../../ui/page";
import { Empty, State, type Tone } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import type { DryRun } from "./run";

type Proposal = Schema<"TrialProposal">;
type Line = Proposal["lines"][number];

const tones: Record<string, Tone> = { credit: "info", debit: "warn", none: "quiet" };
const kindOf = (p: Proposal) => (p.problem ? "problem" : p.kind ?? "none");

/** The notes that would correct what is issued; nothing of them is made yet. */
export function Proposals({ run }: { run: DryRun }) {
  const t = useWords("whatIf");
  const [open, setOpen] = useState<Proposal>();
  const rows = run.proposals ?? [];
  const columns = useMemo((): Column<Proposal>[] => [
    { id: "corrects", title: t("corrects"), value: (p) => p.corrects, show: (p) => <Anchor component={Link} to={`/invoices/${encodeURIComponent(p.id)}`} onClick={(e) => e.stopPropagation()}>{p.corrects || p.id}</Anchor> },
    { id: "group", title: t("by.group"), value: (p) => p.group },
    { id: "kind", title: t("note"), value: kindOf, show: (p) => (p.problem ? <Group gap="xs" wrap="nowrap"><State tone="bad">{t("note_problem")}</State><Text size="sm">{p.problem}</Text></Group> : <State tone={tones[kindOf(p)] ?? "quiet"}>{t(`note_${kindOf(p)}` as "note_none")}</State>) },
    { id: "issued", title: t("issued"), kind: "amount", currency: (p) => p.currency, value: (p) => (p.problem ? undefined : p.total.before), show: (p) => (p.problem ? <span className="soft">–</span> : <Amount value={p.total.before} currency={p.currency} digits={p.digits} />) },
    { id: "anew", title: t("anew"), kind: "amount", currency: (p) => p.currency, value: (p) => (p.problem ? undefined : p.total.after), show: (p) => (p.problem ? <span className="soft">–</span> : <Amount value={p.total.after} currency={p.currency} digits={p.digits} />) },
    { id: "total", title: t("noteOver"), kind: "amount", currency: (p) => p.currency, value: (p) => (p.problem ? undefined : p.total.difference), show: (p) => (p.problem ? <span className="soft">–</span> : <Change value={p.total.difference} before={p.total.before} currency={p.currency} digits={p.digits} />) },
  ], [t]);
  return (
    <Card flush title={t("proposals")}>
      <Text size="sm" c="dimmed" px="md" py="xs">{t("proposalsHelp")}</Text>
      <DataTable
        name="what-if-proposals" label={t("proposals")} plain={rows.length < 12} columns={columns} rows={rows} rowKey={(p) => p.id} sort="kind" onOpen={setOpen} mark={(p) => (p.problem ? "bad" : kindOf(p) === "none" ? "quiet" : undefined)}
        empty={<Empty title={t("noProposals")}>{t("noProposalsHelp")}</Empty>}
      />
      <Lines of={open} close={() => setOpen(undefined)} />
    </Card>
  );
}

function Lines({ of, close }: { of?: Proposal; close: () => void }) {
  const t = useWords("whatIf");
  const ui = useWords("ui");
  const columns = useMemo((): Column<Line>[] => {
    const amount = (pick: (l: Line) => string) => ({ kind: "amount" as const, currency: () => of?.currency ?? "", digits: of?.digits, value: pick });
    return [
      { id: "account", title: t("account"), value: (l) => l.name || l.account },
      { id: "service", title: t("by.service"), value: (l) => l.service },
      { id: "issued", title: t("issued"), ...amount((l) => l.before) },
      { id: "anew", title: t("anew"), ...amount((l) => l.after) },
      { id: "difference", title: t("difference"), ...amount((l) => l.difference) },
    ];
  }, [t, of]);
  return (
    <Modal opened={!!of} onClose={close} size="min(900px, 96vw)" title={of ? t("linesOf", { document: of.corrects || of.id }) : ""} closeButtonProps={{ "aria-label": ui("close") }}>
      {of && (
        <Stack gap="sm">
          <DataTable plain name="proposal-lines" label={t("linesOf", { document: of.corrects })} columns={columns} rows={of.lines} rowKey={(l) => `${l.account} ${l.payer ?? ""} ${l.kind} ${l.service}`} maxHeight={420} />
          <Group justify="flex-end" gap="xl">
            {([["net", of.net], ["tax", of.tax], ["total", of.total]] as const).map(([name, amounts]) => <Text key={name} size="md">{t(`sum_${name}`)} <b><Change value={amounts.difference} currency={of.currency} digits={of.digits} /></b></Text>)}
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
