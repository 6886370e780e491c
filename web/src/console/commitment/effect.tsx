import { Button, Group, Stack } from "@mantine/core";
import { useMemo } from "react";

import type { Schema } from "../../api/query";
import { Change } from "../../ui/amount";
import { useFormats } from "../../ui/format";
import { Notice } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import { useGroupName } from "./words";

type Move = Schema<"TrialMove">;

/** What a decision would move, for each billing group and month, and the button that decides. */
export function Effect({ effect, decide, busy }: { effect: Schema<"DecisionEffect">; decide: () => void; busy: boolean }) {
  const t = useWords("commitment");
  const f = useFormats();
  const group = useGroupName();
  const columns = useMemo((): Column<Move>[] => [
    { id: "period", title: t("effect.month"), value: (m) => m.period, show: (m) => f.period(m.period, true) },
    { id: "group", title: t("column.group"), value: (m) => group(m.group) },
    { id: "before", title: t("effect.before"), kind: "amount", currency: (m) => m.currency, value: (m) => m.before },
    { id: "after", title: t("effect.after"), kind: "amount", currency: (m) => m.currency, value: (m) => m.after },
    { id: "difference", title: t("effect.difference"), kind: "amount", currency: (m) => m.currency, value: (m) => m.difference, total: true, show: (m) => <Change value={m.difference} currency={m.currency} /> },
  ], [t, f, group]);
  if (effect.changes.length === 0) return <Notice tone="quiet" title={t("effect.same")}>{t("effect.sameHelp")}</Notice>;
  return (
    <Stack gap="sm" role="region" aria-label={t("effect.title")}>
      {effect.moves.length === 0
        ? <Notice tone="info" title={t("effect.nothing")}>{t("effect.nothingHelp")}</Notice>
        : <DataTable plain name="commitment-effect" label={t("effect.title")} columns={columns} rows={effect.moves} rowKey={(m) => `${m.period} ${m.group} ${m.currency}`} maxHeight={340} />}
      {effect.closed.length > 0 && <Notice tone="warn" title={t("effect.closed", { count: effect.closed.length })}>{t("effect.closedHelp", { months: f.list(effect.closed.map((m) => f.period(m))) })}</Notice>}
      <Group justify="flex-end"><Button type="button" loading={busy} onClick={decide}>{t("decide.yes")}</Button></Group>
    </Stack>
  );
}
