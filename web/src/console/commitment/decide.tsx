import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";

import { changeOnce, type Schema, useAll, useChange } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { isDecimal } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useJobs } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { monthBefore, usePeriod } from "../../ui/period";
import { useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { Effect } from "./effect";
import { useCodes, useGroupName } from "./words";

type Commitment = Schema<"CommitmentCommitment">;
type Input = Schema<"DecisionInputBody">;

const policies = ["group", "account", "reseller-keeps", "as-applied", "fixed-price"] as const;

/** Gives units to somebody else, or says whom it helps: first what that moves, then the decision. */
export function Decide({ commitment }: { commitment: Commitment }) {
  const t = useWords("commitment");
  const explain = useExplain();
  const { follow } = useJobs();
  const { period, periods } = usePeriod();
  const [input, setInput] = useState<Input>({ id: commitment.id, policy: "group", from: period });
  const [effect, setEffect] = useState<Schema<"DecisionEffect">>();
  const [busy, setBusy] = useState(false);
  const decide = useDecide(() => setEffect(undefined));
  const set = (change: Partial<Input>) => {
    setInput((before) => ({ ...before, ...change }));
    setEffect(undefined); // it was of another decision
  };
  const plan = commitment.kind.startsWith("sp-");
  const size = plan ? commitment.hourly : commitment.count;
  const units = input.units ?? "";
  const wrong = units !== "" && !isDecimal(units) ? t("decide.noNumber") : undefined;
  const months = [...new Set([monthBefore(periods[0] ?? period, -1), ...periods])];

  async function preview() {
    setBusy(true);
    try {
      const job = await follow(await changeOnce("post", "/api/v1/commitment-decisions/preview", { body: { ...input, to: input.to || undefined, units: units || undefined, price: input.policy === "fixed-price" ? input.price : undefined } }));
      if (job.state === "done") setEffect(job.result as Schema<"DecisionEffect">);
    } catch (error) {
      refused(t("decide.notPreviewed"), explain(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Card title={t("decide.title")}>
      <form onSubmit={(e) => { e.preventDefault(); void preview(); }}>
        <Stack gap="sm">
          <Holder owner={commitment.owner} value={input.to} onChange={(to) => set({ to })} />
          <Group grow align="flex-start" gap="sm">
            <TextInput label={plan ? t("decide.unitsPlan") : t("decide.units")} description={t("decide.unitsHelp", { size, unit: plan ? commitment.currency : "" }).trim()} placeholder={t("decide.allUnits")} inputMode="decimal" error={wrong} value={units} onChange={(e) => set({ units: e.currentTarget.value.trim() })} />
            <Select label={t("decide.from")} description={t("decide.fromHelp")} allowDeselect={false} value={input.from} onChange={(from) => from && set({ from })} data={useMonthChoices(months)} />
          </Group>
          <Policy value={input.policy ?? "group"} given={!!input.to} onChange={(policy) => set({ policy })} />
          {input.policy === "fixed-price" && <TextInput label={t("decide.price", { currency: commitment.currency })} required inputMode="decimal" value={input.price ?? ""} onChange={(e) => set({ price: e.currentTarget.value.trim() })} />}
          <Group justify="flex-end"><Button type="submit" variant={effect ? "default" : "filled"} loading={busy} disabled={!!wrong}>{t("decide.preview")}</Button></Group>
          {effect && <Effect effect={effect} decide={() => void decide.ask(effect)} busy={decide.busy} />}
        </Stack>
      </form>
    </Card>
  );
}

const useMonthChoices = (months: string[]) => {
  const f = useFormats();
  return months.map((m) => ({ value: m, label: f.period(m) }));
};

/** Whom the units are given to: a billing group, or an account that one of them has. */
function Holder({ owner, value, onChange }: { owner: string; value?: string; onChange: (to?: string) => void }) {
  const t = useWords("commitment");
  const groups = useAll("/api/v1/billing-groups");
  const data = useMemo(() => {
    const rows = groups.data?.rows ?? [];
    const accounts = [...new Set(rows.flatMap((g) => (g.claims ?? []).flatMap((c) => c.accounts ?? [])))].filter((a) => a !== owner).sort();
    return [
      { group: t("decide.groups"), items: rows.map((g) => ({ value: g.id, label: g.name && g.name !== g.id ? `${g.name} (${g.id})` : g.id })) },
      { group: t("decide.accounts"), items: accounts.map((a) => ({ value: a, label: a })) },
    ];
  }, [groups.data, owner, t]);
  return <Select label={t("decide.to")} description={t("decide.toHelp", { owner })} placeholder={t("decide.stays")} searchable clearable value={value ?? null} onChange={(to) => onChange(to ?? undefined)} data={data} nothingFoundMessage={t("decide.nobody")} clearButtonProps={{ "aria-label": t("decide.stays") }} />;
}

function Policy({ value, given, onChange }: { value: string; given: boolean; onChange: (policy: string) => void }) {
  const t = useWords("commitment");
  const code = useCodes();
  // What is given to somebody cannot be kept by the reseller, nor left where the provider put it.
  const open = policies.filter((p) => !given || !["reseller-keeps", "as-applied"].includes(p));
  return <Select label={t("decide.policy")} description={t(`policyHelp.${(policies.find((p) => p === value) ?? "group")}`)} allowDeselect={false} value={value} onChange={(p) => p && onChange(p)} data={open.map((p) => ({ value: p, label: code("policy", p) }))} />;
}

/** Puts a decision in force after it was said what that means. */
function useDecide(done: () => void) {
  const t = useWords("commitment");
  const f = useFormats();
  const can = useCan();
  const confirm = useConfirm();
  const explain = useExplain();
  const group = useGroupName();
  const apply = useChange("post", "/api/v1/config/apply");
  async function ask(effect: Schema<"DecisionEffect">) {
    const closed = effect.closed.length > 0;
    if (closed && !can("closed.change")) {
      refused(t("decide.refused"), t("decide.closedDenied", { months: f.list(effect.closed.map((m) => f.period(m))) }));
      return;
    }
    const yes = await confirm({
      title: t("decide.confirm"), yes: t("decide.yes"), danger: closed, reason: closed,
      children: (
        <>
          {closed ? t("decide.closed", { count: effect.closed.length, months: f.list(effect.closed.map((m) => f.period(m))) }) : t("decide.open")}
          {effect.moves.length > 0 && <ul>{effect.moves.slice(0, 6).map((m) => <li key={`${m.period} ${m.group}`}>{`${f.period(m.period, true)} · ${group(m.group)}: ${f.change(m.difference, m.currency)}`}</li>)}{effect.moves.length > 6 && <li>{t("decide.more", { count: effect.moves.length - 6 })}</li>}</ul>}
        </>
      ),
    });
    if (!yes) return;
    try {
      await apply.mutateAsync({ body: { config: { commitments: [effect.entry] }, basis: effect.basis, force: closed || undefined, reason: yes.reason || undefined } });
      told(t("decide.done"));
      done();
    } catch (error) {
      refused(t("decide.refused"), explain(error));
    }
  }
  return { ask, busy: apply.isPending };
}
