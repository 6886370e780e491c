import { Box, Group, Text } from "@mantine/core";
import { Link } from "react-router";

import type { RowOf } from "../../api/query";
import { useFormats } from "../../ui/format";
import { State, type Tone } from "../../ui/state";
import { hasWord, useWords } from "../../words/words";
import classes from "./line.module.css";

export type Bill = RowOf<"/api/v1/portal/invoices">;

const tones: Record<string, Tone> = { issued: "info", sent: "info", "part-paid": "warn", paid: "good", overdue: "bad", "written-off": "quiet", voided: "quiet" };

/** Where a document stands, in the words of who pays it. */
export function BillState({ bill }: { bill: Pick<Bill, "standing"> }) {
  const t = useWords("bill");
  const { position, days_overdue: days } = bill.standing;
  const words = position === "overdue" && days ? t("overdueBy", { count: days }) : hasWord("bill", `state.${position}`) ? t(`state.${position}` as "state.paid") : position;
  return <State tone={tones[position] ?? "info"}>{words}</State>;
}

/** A document in a list that fits a phone. */
export function BillLine({ bill, amount }: { bill: Bill; amount: "open" | "total" }) {
  const t = useWords("bill");
  const f = useFormats();
  return (
    <Box component={Link} to={`/invoices/${encodeURIComponent(bill.id)}`} className={classes.line}>
      <Box style={{ minWidth: 0, flex: 1 }}>
        <Text fw={560} truncate>{f.period(bill.period)}</Text>
        <Text size="sm" c="dimmed" truncate>{t("of", { number: bill.number ?? bill.id, buyer: bill.buyer })}</Text>
      </Box>
      <Group gap={4} justify="flex-end" style={{ textAlign: "right" }} className={classes.right}>
        <Text fw={600} className="num" w="100%">{f.money(amount === "open" ? bill.standing.open : bill.total, bill.currency)}</Text>
        <Group gap="xs" justify="flex-end">
          {bill.due_date && bill.standing.position !== "paid" && bill.standing.position !== "overdue" && <Text size="xs" c="dimmed">{t("dueBy", { day: f.day(bill.due_date) })}</Text>}
          <BillState bill={bill} />
        </Group>
      </Group>
    </Box>
  );
}
