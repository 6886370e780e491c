import { Button, Group, Modal, MultiSelect, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { useAll, useChange } from "../../api/query";
import { isDecimal, isNegative } from "../../ui/decimal";
import { Answer, Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";
import { useNames } from "./payment_table";
import { type Document, payableOf, plain, spread } from "./payments";
import { SpreadTable } from "./spread_table";

/** Records one payment. `document` is undefined where it is closed, "" for any, else the id of what is paid. */
export function Recording({ document, close }: { document: string | undefined; close: () => void }) {
  const t = useWords("payment");
  const ui = useWords("ui");
  const invoices = useAll("/api/v1/invoices", undefined, { when: document !== undefined });
  const groups = useAll("/api/v1/billing-groups", undefined, { when: document !== undefined });
  return (
    <Modal opened={document !== undefined} onClose={close} size="lg" title={t("recording.title")} closeButtonProps={{ "aria-label": ui("close") }}>
      {document !== undefined && (
        <Answer of={invoices} height={300}>
          {({ rows }) => <Answer of={groups} height={300}>{(g) => <Form key={document} documents={rows} customerOf={new Map(g.rows.map((x) => [x.id, x.customer]))} first={rows.find((d) => d.id === document)} close={close} />}</Answer>}
        </Answer>
      )}
    </Modal>
  );
}

function Form({ documents, customerOf, first, close }: { documents: Document[]; customerOf: Map<string, string>; first: Document | undefined; close: () => void }) {
  const t = useWords("payment");
  const ui = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const names = useNames();
  const record = useChange("post", "/api/v1/payments", { refreshes: ["/api/v1/payments", "/api/v1/invoices", "/api/v1/ageing", "/api/v1/reminders", "/api/v1/account-statements"] });
  const [customer, setCustomer] = useState<string | null>(first ? customerOf.get(first.group) ?? null : null);
  const [currency, setCurrency] = useState<string | null>(first?.currency ?? null);
  const [chosen, setChosen] = useState<string[]>(first ? [first.id] : []);
  const [amount, setAmount] = useState(first?.standing.open ?? "");
  const [on, setOn] = useState(new Date().toISOString().slice(0, 10));
  const [texts, setTexts] = useState({ payer: "", reference: "", method: "", key: "" });
  const [problem, setProblem] = useState<Problem>();

  const value = plain(amount);
  const right = isDecimal(value);
  const own = customer ? new Set([...customerOf].filter(([, c]) => c === customer).map(([g]) => g)) : new Set<string>();
  const currencies = [...new Set(documents.filter((d) => own.has(d.group)).map((d) => d.currency))];
  const paid = currency ?? (currencies.length === 1 ? currencies[0]! : null);
  const open = payableOf(documents, paid ?? undefined, own, right ? value : "1");
  const asked = chosen.length ? chosen.flatMap((id) => open.filter((d) => d.id === id)) : open;
  const { given, rest } = right ? spread(value, asked) : { given: [], rest: "0" };
  const ready = right && customer !== null && paid !== null;
  const text = (name: keyof typeof texts) => ({ value: texts[name], onChange: (e: React.ChangeEvent<HTMLInputElement>) => setTexts({ ...texts, [name]: e.currentTarget.value }), error: problem?.at(name) });

  function submit() {
    if (!ready) return;
    const given_ = Object.fromEntries(Object.entries(texts).filter(([, v]) => v.trim() !== "").map(([k, v]) => [k, v.trim()]));
    record.mutate({ body: { amount: value, currency: paid, on, ...(chosen.length ? { documents: chosen } : { customer }), ...given_ } }, {
      onSuccess: (p) => { told(t("recording.done", { id: p.id, amount: f.money(p.amount, p.currency) })); close(); },
      onError: setProblem,
    });
  }

  return (
    <form onSubmit={(e) => { e.preventDefault(); submit(); }}>
      <Stack gap="sm">
        {problem && <Notice tone="bad">{explain(problem)}</Notice>}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <Select label={t("column.customer")} required searchable data-autofocus={first ? undefined : true} value={customer} onChange={(c) => { setCustomer(c); setCurrency(null); setChosen([]); }} data={[...new Set(customerOf.values())].map((c) => ({ value: c, label: names.get(c) ?? c }))} error={problem?.at("customer")} />
          <TextInput type="date" label={t("column.on")} required value={on} onChange={(e) => setOn(e.currentTarget.value)} error={problem?.at("on")} />
          <TextInput label={t("column.amount")} description={t("recording.amountHelp")} required inputMode="decimal" data-autofocus={first ? true : undefined} value={amount} onChange={(e) => setAmount(e.currentTarget.value)} error={problem?.at("amount") ?? (amount !== "" && !right ? t("recording.notANumber") : undefined)} styles={{ input: { textAlign: "right" } }} />
          <Select label={t("column.currency")} description={t("recording.currencyHelp")} required value={paid} onChange={setCurrency} data={currencies} error={problem?.at("currency")} />
        </SimpleGrid>
        <MultiSelect label={t("recording.documents")} description={t("recording.documentsHelp")} disabled={!customer} data={open.map((d) => ({ value: d.id, label: `${d.number ?? d.id} · ${f.money(d.standing.open, d.currency, d.digits)}` }))} value={chosen} onChange={setChosen} clearable searchable />
        {paid && right && <SpreadTable given={given} rest={rest} currency={paid} />}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput label={t("column.payer")} {...text("payer")} />
          <TextInput label={t("column.reference")} {...text("reference")} />
          <TextInput label={t("column.method")} placeholder={t("recording.methodHelp")} {...text("method")} />
          <TextInput label={t("column.key")} description={t("recording.keyHelp")} {...text("key")} />
        </SimpleGrid>
        <Group justify="space-between">
          <Text size="sm" c="dimmed">{right && isNegative(value) ? t("recording.back") : ""}</Text>
          <Group gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" disabled={!ready} loading={record.isPending}>{ready ? t("recording.yes", { amount: f.money(value, paid) }) : t("record")}</Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
