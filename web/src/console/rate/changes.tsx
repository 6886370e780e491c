import { useMemo } from "react";

import type { Schema } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Empty, State } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { useWords } from "../../words/words";
import type { Rate } from "./pairs";

type Change = Schema<"ConfigChange">;

const rateOf = (value: unknown) => value as Rate | undefined;

/** Which rates would be added and changed. */
export function RateChanges({ changes }: { changes: Change[] }) {
  const t = useWords("rate");
  const f = useFormats();
  const columns = useMemo((): Column<Change>[] => [
    { id: "month", title: t("column.month"), value: (c) => (rateOf(c.after) ?? rateOf(c.before))?.month, show: (c) => f.period((rateOf(c.after) ?? rateOf(c.before))!.month, true) },
    { id: "pair", title: t("column.pair"), value: (c) => c.id.split(" ").slice(1, 3).join(" → ") },
    { id: "level", title: t("column.level"), value: (c) => c.id.split(" ").slice(3).join(" ") },
    { id: "action", title: t("column.action"), value: (c) => c.action, show: (c) => <State tone={c.action === "add" ? "good" : "info"}>{t(c.action === "add" ? "action.add" : "action.change")}</State> },
    { id: "before", title: t("column.before"), kind: "number", value: (c) => rateOf(c.before)?.rate, show: (c) => <span className="num soft">{f.number(rateOf(c.before)?.rate, 12)}</span> },
    { id: "after", title: t("column.after"), kind: "number", value: (c) => rateOf(c.after)?.rate, show: (c) => <b className="num">{f.number(rateOf(c.after)?.rate, 12)}</b> },
  ], [t, f]);
  return <DataTable plain name="rate-changes" label={t("changes")} columns={columns} rows={changes} rowKey={(c) => c.id} maxHeight={320} empty={<Empty title={t("nothingNew")} />} />;
}
