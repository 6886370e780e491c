import { Button, Group, Modal, Radio, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { useAll, useChange } from "../../api/query";
import { isDecimal, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { plain } from "./payments";

const kinds = ["top-up", "refund", "correction"] as const;

/** Posts to the prepaid ledger: what was paid in advance, paid back, or is corrected. */
export function Posting(props: { opened: boolean; close: () => void; first?: string }) {
  const t = useWords("payment");
  const ui = useWords("ui");
  return (
    <Modal opened={props.opened} onClose={props.close} size="lg" title={t("posting.title")} closeButtonProps={{ "aria-label": ui("close") }}>
      {props.opened && <Form {...props} />}
    </Modal>
  );
}

function Form({ close, first }: { close: () => void; first?: string }) {
  const t = useWords("payment");
  const ui = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const groups = useAll("/api/v1/billing-groups");
  const balances = useAll("/api/v1/prepaid/balances");
  const post = useChange("post", "/api/v1/prepaid", { refreshes: ["/api/v1/prepaid"] });
  const [kind, setKind] = useState<(typeof kinds)[number]>("top-up");
  const [group, setGroup] = useState<string | null>(first ?? null);
  const [amount, setAmount] = useState("");
  const [on, setOn] = useState(new Date().toISOString().slice(0, 10));
  const [expires, setExpires] = useState("");
  const [reference, setReference] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const value = plain(amount);
  const right = isDecimal(value);
  const currency = groups.data?.rows.find((g) => g.id === group)?.currency;
  const balance = balances.data?.rows.find((b) => b.group === group && b.currency === currency)?.balance ?? "0";
  const after = right ? sum([balance, kind === "refund" ? `-${value}`.replace("--", "") : value]) : undefined;
  const ready = right && group !== null && !!currency && (kind !== "correction" || reference.trim() !== "");

  function submit() {
    if (!ready) return;
    post.mutate({ body: { kind, group, amount: value, currency, on, expires: expires || undefined, reference: reference.trim() || undefined } }, {
      onSuccess: (p) => { told(t("posting.done", { group: p.group, amount: f.money(p.balance, p.currency) })); close(); },
      onError: setProblem,
    });
  }

  return (
    <form onSubmit={(e) => { e.preventDefault(); submit(); }}>
      <Stack gap="sm">
        {problem && <Notice tone="bad">{explain(problem)}</Notice>}
        <Radio.Group label={t("posting.kind")} value={kind} onChange={(v) => setKind(v as (typeof kinds)[number])}>
          <Stack gap={6} mt={4}>{kinds.map((k) => <Radio key={k} value={k} label={t(`ledger.${k}`)} description={t(`posting.help.${k}`)} />)}</Stack>
        </Radio.Group>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <Select label={t("prepaid.group")} required searchable value={group} onChange={setGroup} data={(groups.data?.rows ?? []).map((g) => ({ value: g.id, label: `${g.name || g.id} · ${g.currency}` }))} error={problem?.at("group")} />
          <TextInput label={t("column.amount")} description={kind === "correction" ? t("posting.sign") : undefined} required inputMode="decimal" value={amount} onChange={(e) => setAmount(e.currentTarget.value)} error={problem?.at("amount") ?? (amount !== "" && !right ? t("recording.notANumber") : undefined)} rightSection={<Text size="xs" c="dimmed">{currency}</Text>} rightSectionWidth={44} styles={{ input: { textAlign: "right" } }} />
          <TextInput type="date" label={t("column.on")} value={on} onChange={(e) => setOn(e.currentTarget.value)} error={problem?.at("on")} />
          {kind === "top-up" && <TextInput type="date" label={t("prepaid.expires")} description={t("posting.expiresHelp")} value={expires} onChange={(e) => setExpires(e.currentTarget.value)} error={problem?.at("expires")} />}
        </SimpleGrid>
        <TextInput label={kind === "correction" ? t("posting.why") : t("column.reference")} required={kind === "correction"} value={reference} onChange={(e) => setReference(e.currentTarget.value)} error={problem?.at("reference")} />
        <Group justify="space-between">
          <Text aria-live="polite" className="num">{currency && after !== undefined ? t("posting.becomes", { before: f.money(balance, currency), after: f.money(after, currency) }) : ""}</Text>
          <Group gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" disabled={!ready} loading={post.isPending}>{t("posting.yes")}</Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
