import { Button, Checkbox, Group, Modal, SegmentedControl, Select, SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { useAll, useChange } from "../../api/query";
import { isDecimal, isZero } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { typed } from "./balance";
import { changed } from "./deciding";
import { asTerms, noTerms, TermFields, termsAreGood } from "./terms";

/** Writes an entry that no line of the provider has. */
export function Adding({ opened, period, close }: { opened: boolean; period: string; close: () => void }) {
  const t = useWords("adjustment");
  const ui = useWords("ui");
  const f = useFormats();
  return (
    <Modal opened={opened} onClose={close} size="lg" title={t("add.title", { month: f.period(period) })} closeButtonProps={{ "aria-label": ui("close") }}>
      {opened && <Form period={period} close={close} />}
    </Modal>
  );
}

function Form({ period, close }: { period: string; close: () => void }) {
  const t = useWords("adjustment");
  const ui = useWords("ui");
  const explain = useExplain();
  const accounts = useAll("/api/v1/accounts");
  const groups = useAll("/api/v1/billing-groups");
  const payers = useAll("/api/v1/payers");
  const add = useChange("post", "/api/v1/months/{period}/entries", { refreshes: changed });
  const [whom, setWhom] = useState("account");
  const [account, setAccount] = useState<string | null>(null);
  const [payer, setPayer] = useState<string | null>(null);
  const [group, setGroup] = useState<string | null>(null);
  const [description, setDescription] = useState("");
  const [amount, setAmount] = useState("");
  const [currency, setCurrency] = useState("USD");
  const [at_once, setAtOnce] = useState(false);
  const [terms, setTerms] = useState(noTerms);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const exact = typed(amount);
  const several = (payers.data?.rows.length ?? 0) > 1;
  const ready = (whom === "account" ? account !== null && (!several || payer !== null) : group !== null) && description.trim() !== "" && isDecimal(exact) && !isZero(exact) && /^[A-Z]{3}$/.test(currency) && termsAreGood(terms);

  function submit() {
    if (!ready) return;
    const those = whom === "account" ? { account: account!, ...(payer ? { payer } : {}) } : { group: group! };
    add.mutate({ params: { path: { period } }, body: { ...those, amount: exact, currency, description: description.trim(), ...(at_once ? { apply: asTerms(terms) } : {}), ...(reason ? { reason } : {}) } }, {
      onSuccess: () => { told(t("add.done", { what: description.trim() })); close(); },
      onError: setProblem,
    });
  }
  return (
    <form onSubmit={(e) => { e.preventDefault(); submit(); }}>
      <Stack gap="sm">
        {problem && !problem.body.errors?.length && <Notice tone="bad">{explain(problem)}</Notice>}
        <SegmentedControl aria-label={t("add.whom")} value={whom} onChange={setWhom} data={[{ value: "account", label: t("add.forAccount") }, { value: "group", label: t("add.forGroup") }]} />
        {whom === "account" ? (
          <SimpleGrid cols={{ base: 1, xs: several ? 2 : 1 }}>
            <Select label={t("column.account")} required searchable limit={60} value={account} onChange={setAccount} error={problem?.at("account")} data={(accounts.data?.rows ?? []).map((a) => ({ value: a.id, label: a.name ? `${a.name} · ${a.id}` : a.id }))} />
            {several && <Select label={t("column.payer")} required value={payer} onChange={setPayer} error={problem?.at("payer")} data={payers.data!.rows.map((p) => ({ value: p.id, label: p.name ? `${p.name} · ${p.id}` : p.id }))} />}
          </SimpleGrid>
        ) : (
          <Select label={t("add.group")} required searchable value={group} onChange={setGroup} error={problem?.at("group")} data={(groups.data?.rows ?? []).map((g) => ({ value: g.id, label: `${g.name || g.id} · ${g.currency}` }))} />
        )}
        <TextInput label={t("add.description")} description={t("add.descriptionHelp")} required maxLength={200} value={description} error={problem?.at("description")} onChange={(e) => setDescription(e.currentTarget.value)} />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={t("column.amount")} description={t("add.amountHelp")} required inputMode="decimal" value={amount} error={problem?.at("amount") ?? (amount !== "" && !isDecimal(exact) ? t("notANumber") : undefined)} onChange={(e) => setAmount(e.currentTarget.value)} styles={{ input: { textAlign: "right" } }} />
          <TextInput label={t("add.currency")} description={t("add.currencyHelp")} required maxLength={3} value={currency} error={problem?.at("currency")} onChange={(e) => setCurrency(e.currentTarget.value.toUpperCase())} />
        </SimpleGrid>
        <Checkbox label={t("add.apply")} checked={at_once} onChange={(e) => setAtOnce(e.currentTarget.checked)} />
        {at_once && <TermFields terms={terms} change={setTerms} problem={problem} />}
        <Textarea label={ui("reason")} description={ui("reasonHelp")} autosize minRows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button type="submit" disabled={!ready} loading={add.isPending}>{t("add.yes")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
