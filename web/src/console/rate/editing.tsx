import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { changeOnce, refresh, useAll } from "../../api/query";
import { isDecimal, isNegative, isZero } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { monthBefore } from "../../ui/period";
import { Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { type Force, useForced } from "../price/forced";
import { idOf, type Rate, type Row } from "./pairs";

export interface Edit {
  month: string;
  row?: Row; // none for a new pair
}

const levels = ["common", "payer", "group"] as const;

/** One rate of one month. */
export function Editing({ edit, close }: { edit: Edit; close: () => void }) {
  const t = useWords("rate");
  const ui = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const queries = useQueryClient();
  const forced = useForced();
  const { row, month } = edit;
  const there = row?.rates.get(month);
  const before = row?.rates.get(monthBefore(month))?.rate;
  const [pair, setPair] = useState({ from: row?.from ?? "USD", to: row?.to ?? "", level: row?.level ?? "common", target: row?.target ?? "" });
  const [rate, setRate] = useState(there?.rate ?? "");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const payers = useAll("/api/v1/payers", undefined, { when: pair.level === "payer" });
  const groups = useAll("/api/v1/billing-groups", undefined, { when: pair.level === "group" });
  const targets = pair.level === "payer" ? (payers.data?.rows ?? []).map((p) => ({ value: p.id, label: p.name ? `${p.id} ${p.name}` : p.id })) : (groups.data?.rows ?? []).map((g) => ({ value: g.id, label: g.name || g.id }));
  const number = isDecimal(rate) && !isNegative(rate) && !isZero(rate);
  const ready = number && /^[A-Z]{3}$/.test(pair.from) && /^[A-Z]{3}$/.test(pair.to) && pair.from !== pair.to && (pair.level === "common" || pair.target !== "");
  const value: Rate = { month, from: pair.from, to: pair.to, rate, level: pair.level as Rate["level"], ...(pair.level === "payer" ? { payer: pair.target } : pair.level === "group" ? { group: pair.target } : {}) };

  async function act(how: (force: Force) => Promise<unknown>, done: string) {
    setBusy(true);
    setWrong("");
    try {
      if (await forced(how)) {
        await refresh(queries);
        told(done);
        close();
      }
    } catch (error) {
      setWrong(explain(error));
    } finally {
      setBusy(false);
    }
  }
  const path = { kind: "exchange_rates", id: idOf(value) };
  const save = () => act((force) => changeOnce("put", "/api/v1/config/{kind}/{id}", { params: { path, query: force }, body: value as never }), t("saved"));
  const remove = () => act((force) => changeOnce("delete", "/api/v1/config/{kind}/{id}", { params: { path, query: force } }), t("removed"));

  return (
    <Modal opened onClose={close} title={t(there ? "editTitle" : "addTitle", { month: f.period(month) })} closeButtonProps={{ "aria-label": ui("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
        <Stack gap="sm">
          <Group gap="sm" grow>
            <TextInput label={t("from")} required maxLength={3} disabled={!!row} value={pair.from} onChange={(e) => setPair({ ...pair, from: e.currentTarget.value.toUpperCase() })} />
            <TextInput label={t("to")} required maxLength={3} disabled={!!row} value={pair.to} onChange={(e) => setPair({ ...pair, to: e.currentTarget.value.toUpperCase() })} data-autofocus={row ? undefined : true} />
          </Group>
          <Select label={t("column.level")} description={t("levelHelp")} allowDeselect={false} disabled={!!row} value={pair.level} onChange={(v) => v && setPair({ ...pair, level: v, target: "" })} data={levels.map((v) => ({ value: v, label: t(`level.${v}`) }))} />
          {pair.level !== "common" && <Select label={t(`level.${pair.level}` as "level.payer")} required searchable disabled={!!row} value={pair.target || null} onChange={(v) => setPair({ ...pair, target: v ?? "" })} data={targets} />}
          <TextInput
            label={t("rate")} description={pair.to ? t("rateHelp", { from: pair.from, to: pair.to }) : undefined} required inputMode="decimal" value={rate} error={rate !== "" && !number && t("noNumber")} onChange={(e) => setRate(e.currentTarget.value.trim())}
            rightSectionWidth={52} rightSection={<Text size="sm" c="dimmed">{pair.to}</Text>} data-autofocus={row ? true : undefined}
          />
          {before && (
            <Group gap="xs">
              <Text size="sm" c="dimmed" className="num">{t("lastMonth", { rate: f.number(before, 12) })}{number && ` (${f.growth(before, rate, 2)})`}</Text>
              {rate === "" && <Button size="compact-xs" variant="default" onClick={() => setRate(before)}>{t("takeIt")}</Button>}
            </Group>
          )}
          <Text size="sm" c="dimmed">{t("frozen")}</Text>
          {wrong && <Notice tone="bad">{wrong}</Notice>}
          <Group justify="space-between" gap="xs">
            <div>{there && <Button variant="subtle" color="red" loading={busy} onClick={() => void remove()}>{ui("remove")}</Button>}</div>
            <Group gap="xs">
              <Button variant="default" onClick={close}>{ui("cancel")}</Button>
              <Button type="submit" disabled={!ready} loading={busy}>{ui("save")}</Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
