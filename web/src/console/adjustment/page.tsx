import { Button, Group, Select, Text } from "@mantine/core";
import { IconArrowBackUp, IconFileInvoice, IconGavel, IconPlus, IconShieldLock } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";

import { useAll, useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { usePeriod } from "../../ui/period";
import { Empty, Failed, Waiting } from "../../ui/state";
import { type BulkAction, DataTable } from "../../ui/table";
import { hasWord, useWords } from "../../words/words";
import { Adding } from "./adding";
import { Allocating } from "./allocating";
import { Applying } from "./applying";
import { type Bare, type Entry } from "./balance";
import { useColumns } from "./columns";
import { useDecide } from "./deciding";
import { Drafting } from "./drafting";
import { OneEntry } from "./one";
import { Rulings } from "./rulings";
import { Splitting } from "./splitting";
import { Balance } from "./standing";

/** What is being done to which entries, in a dialog. */
export type Doing = { what: "apply"; entries: Bare[] } | { what: "split" | "allocate"; entry: Bare } | { what: "add" | "rules" };

const filters = ["state", "kind", "payer", "owner", "sign"] as const;

/** The provider's fees, refunds and credits of a month: what becomes of each? */
export default function AdjustmentsPage() {
  const t = useWords("adjustment");
  const f = useFormats();
  const can = useCan();
  const { period } = usePeriod();
  const [params, setParams] = useSearchParams();
  const [doing, setDoing] = useState<Doing>();
  const entries = useAll("/api/v1/months/{period}/entries", { params: { path: { period } } });
  const rulings = useAsk("/api/v1/months/{period}/entry-rulings", { params: { path: { period } } });
  const columns = useColumns(period);
  const decide = useDecide();
  const chosen = Object.fromEntries(filters.map((name) => [name, params.get(name) ?? ""])) as Record<(typeof filters)[number], string>;
  const set = (name: string, value: string | null) => setParams((before) => { const next = new URLSearchParams(before); if (value) next.set(name, value); else next.delete(name); return next; }, { replace: true });
  const all = entries.data?.rows;
  const rows = useMemo(() => all?.filter((e) => fits(e, chosen)), [all, params]); // eslint-disable-line react-hooks/exhaustive-deps -- chosen is of params
  const write = can("entries.write");
  const close = () => setDoing(undefined);
  const due = rulings.data?.rulings.filter((r) => !r.refused).length ?? 0;

  const bulk: BulkAction<Entry>[] = [
    { label: t("apply.do"), tone: "primary", icon: <IconFileInvoice size={14} />, refused: (of) => (of.every((e) => e.state === "open") ? undefined : t("onlyOpen")), do: (of) => setDoing({ what: "apply", entries: of }) },
    { label: t("keep.do"), icon: <IconShieldLock size={14} />, refused: (of) => (of.every((e) => e.state === "open") ? undefined : t("onlyOpen")), do: (of) => void decide.keep(of) },
    { label: t("restore.do"), icon: <IconArrowBackUp size={14} />, refused: (of) => (of.every((e) => e.state === "applied" || e.state === "kept") ? undefined : t("onlyDecided")), do: (of) => void decide.restore(of) },
  ];
  const owners = [...new Set((all ?? []).map((e) => e.owner))].sort();
  const payers = [...new Set((all ?? []).flatMap((e) => e.payer ?? []))].sort();
  const kinds = [...new Set((all ?? []).map((e) => e.kind))].sort();

  return (
    <Page
      title={t("title")} question={t("question", { month: f.period(period) })} wide
      actions={(
        <>
          <Button variant="default" leftSection={<IconGavel size={15} />} onClick={() => setDoing({ what: "rules" })}>{due ? t("rules.openWith", { count: due }) : t("rules.open")}</Button>
          {write && <Button leftSection={<IconPlus size={15} />} onClick={() => setDoing({ what: "add" })}>{t("add.open")}</Button>}
        </>
      )}
    >
      {entries.error ? <Card><Failed error={entries.error} again={() => void entries.refetch()} /></Card> : (
        <>
          {all ? <Balance entries={all} chosen={chosen.state} choose={(state) => set("state", state === chosen.state ? null : state)} /> : <Waiting height={86} />}
          <Drafting period={period} />
          <Card flush label={t("title")}>
            <DataTable
              name="adjustments" label={t("title")} columns={columns} rows={rows} rowKey={(e) => e.id} sort="start" bulk={write ? bulk : undefined}
              onOpen={(e) => set("entry", e.id)} mark={(e) => (e.state === "split" || e.state === "allocated" ? "quiet" : undefined)}
              tools={(
                <Group gap="xs">
                  <Select aria-label={t("column.kind")} placeholder={t("column.kind")} clearable w={150} value={chosen.kind || null} onChange={(v) => set("kind", v)} data={kinds.map((k) => ({ value: k, label: hasWord("adjustment", `kind.${k}`) ? t(`kind.${k}` as "kind.fee") : k }))} />
                  <Select aria-label={t("column.owner")} placeholder={t("column.owner")} clearable searchable w={190} value={chosen.owner || null} onChange={(v) => set("owner", v)} data={owners.map((o) => ({ value: o, label: hasWord("adjustment", `owner.${o}`) ? t(`owner.${o}` as "owner.reseller") : o }))} />
                  {payers.length > 1 && <Select aria-label={t("column.payer")} placeholder={t("column.payer")} clearable w={160} value={chosen.payer || null} onChange={(v) => set("payer", v)} data={payers} />}
                  <Select aria-label={t("sign.label")} placeholder={t("sign.label")} clearable w={150} value={chosen.sign || null} onChange={(v) => set("sign", v)} data={[{ value: "charge", label: t("sign.charge") }, { value: "rebate", label: t("sign.rebate") }]} />
                </Group>
              )}
              empty={all?.length ? <Empty title={t("noneSo")} action={<Button variant="default" onClick={() => setParams((before) => { const next = new URLSearchParams(before); filters.forEach((x) => next.delete(x)); return next; })}>{t("showAll")}</Button>} /> : <Empty title={t("none", { month: f.period(period) })}>{t("noneHelp")}</Empty>}
            />
          </Card>
          <Text size="sm" c="dimmed">{t("help")}</Text>
        </>
      )}
      <OneEntry id={params.get("entry")} list={all ?? []} close={() => set("entry", null)} begin={setDoing} decide={decide} open={(id) => set("entry", id)} />
      <Applying entries={doing?.what === "apply" ? doing.entries : undefined} period={period} close={close} />
      <Splitting entry={doing?.what === "split" ? doing.entry : undefined} close={close} />
      <Allocating entry={doing?.what === "allocate" ? doing.entry : undefined} close={close} />
      <Adding opened={doing?.what === "add"} period={period} close={close} />
      <Rulings opened={doing?.what === "rules"} period={period} rulings={rulings} entries={all ?? []} close={close} />
    </Page>
  );
}

function fits(e: Entry, chosen: Record<(typeof filters)[number], string>): boolean {
  return (!chosen.state || e.state === chosen.state) && (!chosen.kind || e.kind === chosen.kind) && (!chosen.payer || e.payer === chosen.payer)
    && (!chosen.owner || e.owner === chosen.owner) && (!chosen.sign || e.amount.startsWith("-") === (chosen.sign === "rebate"));
}
