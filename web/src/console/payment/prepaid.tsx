import { Anchor, Box, Stack, Text, UnstyledButton } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "react-router";

import { type Schema, useAll } from "../../api/query";
import { Amount } from "../../ui/amount";
import { Card } from "../../ui/page";
import { Answer, Empty, Failed } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { hasWord, useWords } from "../../words/words";
import classes from "./payment.module.css";

type Entry = Schema<"InvoiceLedgerLine">;

/** What groups have prepaid and not used, and how it came to that. */
export function Prepaid({ group, choose }: { group: string | undefined; choose: (group: string | undefined) => void }) {
  const t = useWords("payment");
  const balances = useAll("/api/v1/prepaid/balances");
  const ledger = useAll("/api/v1/prepaid", group ? { params: { query: { group } } } : undefined);
  const columns = useColumns();
  return (
    <Stack gap="md">
      <Answer of={balances} lines={2}>
        {({ rows }) => rows.length === 0 ? <Card><Empty title={t("prepaid.none")}>{t("prepaid.noneHelp")}</Empty></Card> : (
          <Box className={classes.balances} role="group" aria-label={t("prepaid.balances")}>
            {rows.map((b) => (
              <UnstyledButton key={`${b.group} ${b.currency}`} className={classes.balance} aria-pressed={group === b.group} onClick={() => choose(group === b.group ? undefined : b.group)}>
                <Text size="sm" c="dimmed" className="id">{b.group}</Text>
                <Text fz="1.25rem" fw={600}><Amount value={b.balance} currency={b.currency} /></Text>
              </UnstyledButton>
            ))}
          </Box>
        )}
      </Answer>
      {ledger.isError ? <Failed error={ledger.error} again={() => void ledger.refetch()} /> : (
        <Card flush title={group ? t("prepaid.ledgerOf", { group }) : t("prepaid.ledger")}>
          <DataTable name="prepaid" label={t("prepaid.ledger")} columns={columns} rows={ledger.data?.rows} rowKey={(e) => `${e.group} ${e.key} ${e.kind} ${e.on}`} empty={<Empty title={t("prepaid.noEntries")} />} />
        </Card>
      )}
    </Stack>
  );
}

function useColumns(): Column<Entry>[] {
  const t = useWords("payment");
  return useMemo((): Column<Entry>[] => [
    { id: "on", title: t("column.on"), kind: "day", value: (e) => e.on },
    { id: "group", title: t("prepaid.group"), kind: "id", value: (e) => e.group },
    { id: "kind", title: t("column.kind"), value: (e) => (hasWord("payment", `ledger.${e.kind}`) ? t(`ledger.${e.kind}` as "ledger.use") : e.kind) },
    { id: "amount", title: t("column.amount"), kind: "amount", value: (e) => e.amount, currency: (e) => e.currency },
    { id: "balance", title: t("prepaid.after"), kind: "amount", value: (e) => e.balance, currency: (e) => e.currency },
    { id: "expires", title: t("prepaid.expires"), kind: "day", value: (e) => e.expires },
    { id: "invoice", title: t("prepaid.invoice"), value: (e) => e.invoice, show: (e) => (e.invoice ? <Anchor component={Link} className="id" to={`/invoices/${encodeURIComponent(e.invoice)}`}>{e.invoice}</Anchor> : <span className="soft">–</span>) },
    { id: "reference", title: t("column.reference"), value: (e) => e.reference },
    { id: "key", title: t("column.key"), kind: "id", value: (e) => e.key, hidden: true },
    { id: "by", title: t("column.by"), value: (e) => e.by, hidden: true },
  ], [t]);
}
