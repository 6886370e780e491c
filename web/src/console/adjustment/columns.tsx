import { Text } from "@mantine/core";
import { useMemo } from "react";

import { useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import type { Column } from "../../ui/table";
import { useWords } from "../../words/words";
import type { Entry } from "./balance";
import classes from "./standing.module.css";
import { EntryState, useKind, useOwner } from "./state";

/** What the table says of an entry. */
export function useColumns(period: string): Column<Entry>[] {
  const can = useCan();
  const accounts = useAll("/api/v1/accounts", undefined, { when: can("config.read") });
  const names = useMemo(() => new Map((accounts.data?.rows ?? []).map((a) => [a.id, a.name])), [accounts.data]);
  const t = useWords("adjustment");
  const f = useFormats();
  const owner = useOwner();
  const kind = useKind();
  return useMemo((): Column<Entry>[] => [
    { id: "state", title: t("column.state"), value: (e) => e.state, show: (e) => <EntryState state={e.state} /> },
    { id: "start", title: t("column.start"), kind: "day", value: (e) => e.start },
    { id: "kind", title: t("column.kind"), value: (e) => kind(e.kind), show: (e) => <span className={classes.whole}>{kind(e.kind)}</span> },
    { id: "what", title: t("column.what"), width: 200, value: (e) => `${e.description ?? ""} ${e.service ?? ""}`, show: (e) => (
      <div style={{ maxWidth: 300 }}>
        <Text size="md" truncate title={e.description}>{e.description || e.line_type}</Text>
      </div>
    ) },
    { id: "account", title: t("column.account"), value: (e) => [e.account_name || (e.account && names.get(e.account)), e.account].filter(Boolean).join(" "), show: (e) => {
      const name = e.account_name || (e.account && names.get(e.account));
      return e.account ? <span title={e.account} className={name ? classes.whole : `id ${classes.whole}`}>{name || e.account}</span> : <span className="soft">–</span>;
    } },
    { id: "owner", title: t("column.owner"), value: (e) => owner(e.owner), show: (e) => <span className={e.owner === "reseller" || e.owner === "unassigned" ? `soft ${classes.whole}` : classes.whole}>{owner(e.owner)}</span> },
    { id: "amount", title: t("column.amount"), kind: "amount", value: (e) => e.amount, currency: (e) => e.currency },
    { id: "into", title: t("column.into"), value: (e) => (e.group ? `${e.group} ${e.into ?? ""}` : e.due), show: (e) => {
      if (e.state === "applied" && e.group) return <span className={classes.whole}>{e.group}{e.into && e.into !== period ? <span className="soft">{` · ${f.period(e.into, true)}`}</span> : null}</span>;
      if (e.due) return <span className="soft">{t("dueIn", { month: f.period(e.due, true) })}</span>;
      return <span className="soft">–</span>;
    } },
    { id: "by", title: t("column.by"), value: (e) => e.rule ?? (e.decided ? t("byHand") : undefined), show: (e) => (e.rule ? <span className={`id ${classes.whole}`}>{e.rule}</span> : e.decided ? t("byHand") : <span className="soft">–</span>) },
    { id: "service", title: t("column.service"), value: (e) => e.service, hidden: true },
    { id: "payer", title: t("column.payer"), kind: "id", value: (e) => e.payer, hidden: true },
    { id: "invoice", title: t("column.invoice"), kind: "id", value: (e) => e.provider_invoice, hidden: true },
    { id: "rate", title: t("column.rate"), kind: "number", digits: 10, value: (e) => e.rate, hidden: true },
    { id: "id", title: t("column.id"), kind: "id", value: (e) => e.id, hidden: true },
  ], [t, f, owner, kind, period, names]);
}
