import { Button, Checkbox, Group, Modal, NumberInput, Select, SimpleGrid, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { useChange } from "../../api/query";
import { useFormats } from "../../ui/format";
import { usePeriod } from "../../ui/period";
import { Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { type Bare, monthAfter, months, partsOf } from "./balance";
import { changed } from "./deciding";
import { asTerms, noTerms, TermFields, termsAreGood } from "./terms";

/** Divides an entry over months, such as an upfront fee over its term. */
export function Splitting({ entry, close }: { entry?: Bare; close: () => void }) {
  const t = useWords("adjustment");
  const ui = useWords("ui");
  return (
    <Modal opened={!!entry} onClose={close} size="lg" title={t("split.title")} closeButtonProps={{ "aria-label": ui("close") }}>
      {entry && <Form entry={entry} close={close} />}
    </Modal>
  );
}

function Form({ entry, close }: { entry: Bare; close: () => void }) {
  const t = useWords("adjustment");
  const ui = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const { periods } = usePeriod();
  const split = useChange("post", "/api/v1/entries/{id}/split", { refreshes: changed });
  const [parts, setParts] = useState(12);
  const [from, setFrom] = useState(entry.month);
  const [at_once, setAtOnce] = useState(false);
  const [terms, setTerms] = useState(noTerms);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const divided = partsOf(entry.amount, parts, f.currencyDigits(entry.currency));
  const money = (amount: string) => f.money(amount, entry.currency);

  const submit = () => divided && termsAreGood(terms) && split.mutate({ params: { path: { id: entry.id } }, body: { parts, from, ...(at_once ? { apply: asTerms(terms) } : {}), ...(reason ? { reason } : {}) } }, {
    onSuccess: () => { told(t("split.done", { count: parts })); close(); },
    onError: setProblem,
  });
  return (
    <form onSubmit={(e) => { e.preventDefault(); submit(); }}>
      <Stack gap="sm">
        {problem && !problem.body.errors?.length && <Notice tone="bad">{explain(problem)}</Notice>}
        <Text>{t("split.what", { what: entry.description ?? entry.id, amount: money(entry.amount) })}</Text>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberInput label={t("split.parts")} required min={2} max={120} allowDecimal={false} value={parts} error={problem?.at("parts")} onChange={(v) => setParts(typeof v === "number" ? v : 0)} data-autofocus />
          <Select label={t("split.from")} required allowDeselect={false} value={from} onChange={(v) => v && setFrom(v)} error={problem?.at("from")} data={months(entry.month, periods).map((p) => ({ value: p, label: f.period(p) }))} />
        </SimpleGrid>
        <Text aria-live="polite" className="num">
          {divided && (divided.first === divided.others
            ? t("split.equal", { count: parts, each: money(divided.others), from: f.period(from, true), to: f.period(monthAfter(from, parts - 1), true) })
            : t("split.unequal", { count: parts - 1, first: money(divided.first), each: money(divided.others), from: f.period(from, true), to: f.period(monthAfter(from, parts - 1), true) }))}
        </Text>
        <Checkbox label={t("split.apply")} description={t("split.applyHelp")} checked={at_once} onChange={(e) => setAtOnce(e.currentTarget.checked)} />
        {at_once && <TermFields terms={terms} change={setTerms} problem={problem} />}
        <Textarea label={ui("reason")} description={ui("reasonHelp")} autosize minRows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button type="submit" disabled={!divided || !termsAreGood(terms)} loading={split.isPending}>{t("split.yes", { count: parts })}</Button>
        </Group>
      </Stack>
    </form>
  );
}
