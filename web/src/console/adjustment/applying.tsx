import { Button, Group, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { useChange } from "../../api/query";
import { useFormats } from "../../ui/format";
import { usePeriod } from "../../ui/period";
import { Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { type Bare, type Entry, months, sumsOf } from "./balance";
import { changed } from "./deciding";
import { asTerms, noTerms, TermFields, termsAreGood } from "./terms";

/** Puts open entries on the invoices of a month. */
export function Applying({ entries, period, close }: { entries?: Bare[]; period: string; close: () => void }) {
  const t = useWords("adjustment");
  const ui = useWords("ui");
  return (
    <Modal opened={!!entries} onClose={close} size="lg" title={t("apply.title", { count: entries?.length ?? 0 })} closeButtonProps={{ "aria-label": ui("close") }}>
      {entries && <Form entries={entries} period={period} close={close} />}
    </Modal>
  );
}

function Form({ entries, period, close }: { entries: Bare[]; period: string; close: () => void }) {
  const t = useWords("adjustment");
  const ui = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const { periods } = usePeriod();
  const apply = useChange("post", "/api/v1/entries/apply", { refreshes: changed });
  const due = entries.length === 1 ? entries[0]!.due : undefined;
  const [into, setInto] = useState(due ?? period);
  const [terms, setTerms] = useState(noTerms);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  // What the reseller's own accounts have, or nobody's, is billed to nobody unless a group is named.
  const nobodys = entries.filter((e) => ["reseller", "unassigned"].includes((e as Entry).owner));
  const needed = nobodys.length > 0;
  const ready = termsAreGood(terms) && (!needed || terms.group !== null);

  const submit = () => ready && apply.mutate({ body: { ids: entries.map((e) => e.id), into, ...asTerms(terms), ...(reason ? { reason } : {}) } }, {
    onSuccess: () => { told(t("apply.done", { count: entries.length, month: f.period(into) })); close(); },
    onError: setProblem,
  });
  return (
    <form onSubmit={(e) => { e.preventDefault(); submit(); }}>
      <Stack gap="sm">
        {problem && !problem.body.errors?.length && <Notice tone="bad">{explain(problem)}</Notice>}
        <Text>{t("apply.what", { count: entries.length, amount: f.list(sumsOf(entries).map((s) => f.money(s.amount, s.currency))) })}</Text>
        {needed && <Notice tone="warn">{t("apply.nobodys", { count: nobodys.length })}</Notice>}
        <Select label={t("apply.into")} description={t("apply.intoHelp")} required allowDeselect={false} value={into} onChange={(v) => v && setInto(v)} error={problem?.at("into")} data={months(period, periods).map((p) => ({ value: p, label: f.period(p) }))} />
        <TermFields terms={terms} change={setTerms} problem={problem} needed={needed} />
        <Textarea label={ui("reason")} description={ui("reasonHelp")} autosize minRows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button type="submit" disabled={!ready} loading={apply.isPending}>{t("apply.yes", { count: entries.length, month: f.period(into, true) })}</Button>
        </Group>
      </Stack>
    </form>
  );
}
