import { ActionIcon, Button, Group, Modal, MultiSelect, SegmentedControl, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { useAll, useChange } from "../../api/query";
import { isDecimal, isNegative, isZero, minus, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { type Bare, typed } from "./balance";
import { changed } from "./deciding";

/** Divides an entry of the payer among accounts: by amounts, or by what they used. */
export function Allocating({ entry, close }: { entry?: Bare; close: () => void }) {
  const t = useWords("adjustment");
  const ui = useWords("ui");
  return (
    <Modal opened={!!entry} onClose={close} size="lg" title={t("allocate.title")} closeButtonProps={{ "aria-label": ui("close") }}>
      {entry && <Form entry={entry} close={close} />}
    </Modal>
  );
}

interface Share {
  account: string | null;
  amount: string;
}

function Form({ entry, close }: { entry: Bare; close: () => void }) {
  const t = useWords("adjustment");
  const ui = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const accounts = useAll("/api/v1/accounts");
  const allocate = useChange("post", "/api/v1/entries/{id}/allocate", { refreshes: changed });
  const [way, setWay] = useState("usage");
  const [only, setOnly] = useState<string[]>([]);
  const [shares, setShares] = useState<Share[]>([{ account: null, amount: "" }]);
  const [rest, setRest] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const names = (accounts.data?.rows ?? []).map((a) => ({ value: a.id, label: a.name ? `${a.name} · ${a.id}` : a.id }));
  const good = shares.filter((s) => s.account && isDecimal(typed(s.amount)));
  const left = minus(entry.amount, sum(good.map((s) => typed(s.amount))));
  const ready = rest !== null && (way === "usage" || (good.length === shares.length && good.length > 0));
  const change = (at: number, share: Partial<Share>) => setShares(shares.map((s, i) => (i === at ? { ...s, ...share } : s)));

  function submit() {
    if (!ready) return;
    const how = way === "usage" ? { by_usage: true, ...(only.length ? { accounts: only } : {}) } : { amounts: Object.fromEntries(good.map((s) => [s.account!, typed(s.amount)])) };
    allocate.mutate({ params: { path: { id: entry.id } }, body: { ...how, remainder: rest, ...(reason ? { reason } : {}) } }, {
      onSuccess: (done) => { told(t("allocate.done", { count: done.parts.length })); close(); },
      onError: setProblem,
    });
  }
  return (
    <form onSubmit={(e) => { e.preventDefault(); submit(); }}>
      <Stack gap="sm">
        {problem && !problem.body.errors?.length && <Notice tone="bad">{explain(problem)}</Notice>}
        <Text>{t("allocate.what", { what: entry.description ?? entry.id, amount: f.money(entry.amount, entry.currency) })}</Text>
        <SegmentedControl aria-label={t("allocate.way")} value={way} onChange={setWay} data={[{ value: "usage", label: t("allocate.byUsage") }, { value: "amounts", label: t("allocate.byAmounts") }]} />
        {way === "usage" ? (
          <MultiSelect label={t("allocate.accounts")} description={t("allocate.accountsHelp", { month: f.period(entry.month) })} placeholder={only.length ? undefined : t("allocate.allAccounts")} searchable clearable limit={60} value={only} onChange={setOnly} data={names} />
        ) : (
          <Stack gap={6}>
            {shares.map((share, i) => (
              <Group key={i} gap="xs" wrap="nowrap" align="flex-end">
                <Select style={{ flex: 1 }} label={i === 0 ? t("column.account") : undefined} aria-label={t("allocate.account", { number: i + 1 })} searchable limit={60} value={share.account} onChange={(account) => change(i, { account })} data={names.filter((n) => n.value === share.account || !shares.some((s) => s.account === n.value))} />
                <TextInput w={150} label={i === 0 ? t("column.amount") : undefined} aria-label={t("allocate.amount", { number: i + 1 })} inputMode="decimal" value={share.amount} error={share.amount !== "" && !isDecimal(typed(share.amount))} onChange={(e) => change(i, { amount: e.currentTarget.value })} rightSection={<Text size="xs" c="dimmed">{entry.currency}</Text>} rightSectionWidth={44} styles={{ input: { textAlign: "right" } }} />
                <ActionIcon size="lg" aria-label={t("allocate.remove", { number: i + 1 })} disabled={shares.length === 1} onClick={() => setShares(shares.filter((_, j) => j !== i))}><IconX size={15} /></ActionIcon>
              </Group>
            ))}
            <Group justify="space-between">
              <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => setShares([...shares, { account: null, amount: "" }])}>{t("allocate.another")}</Button>
              <Text aria-live="polite" className="num" c={!isZero(left) && isNegative(left) !== isNegative(entry.amount) ? "var(--warn)" : undefined}>{t("allocate.left", { amount: f.money(left, entry.currency) })}</Text>
            </Group>
          </Stack>
        )}
        <Select label={t("allocate.remainder")} description={t("allocate.remainderHelp")} required searchable limit={60} value={rest} onChange={setRest} error={problem?.at("remainder")} data={names} />
        <Textarea label={ui("reason")} description={ui("reasonHelp")} autosize minRows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button type="submit" disabled={!ready} loading={allocate.isPending}>{t("allocate.yes")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
