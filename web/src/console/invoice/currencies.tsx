import { Box, Text, UnstyledButton } from "@mantine/core";

import { Change } from "../../ui/amount";
import { isZero, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";
import classes from "./invoice.module.css";
import { type Row, sumsOf } from "./rows";

/** What the documents come to in each currency; one chooses it. */
export function Currencies({ rows, chosen, choose }: { rows: Row[]; chosen: string | null; choose: (currency: string | undefined) => void }) {
  const t = useWords("invoice");
  const f = useFormats();
  const sums = sumsOf(rows.map((r) => r.invoice));
  return (
    <Box className={classes.currencies} role="group" aria-label={t("currencies")}>
      {sums.map((s) => {
        const changes = rows.flatMap((r) => (r.change && r.change.currency === s.currency && !r.change.byCost ? [r.change] : []));
        return (
          <UnstyledButton key={s.currency} className={classes.currency} aria-pressed={chosen === s.currency} onClick={() => choose(chosen === s.currency ? undefined : s.currency)}>
            <Text size="sm" c="dimmed">{s.currency}{" · "}{t("documents", { count: s.count })}</Text>
            <Text fz="1.25rem" fw={600} className="num" lh={1.35}>{f.money(s.total, s.currency, s.digits)}</Text>
            <Text size="sm" component="div" c="dimmed">
              {changes.length > 0 && <Change value={sum(changes.map((c) => c.difference))} before={sum(changes.map((c) => c.before))} currency={s.currency} digits={s.digits} />}
              {!isZero(s.open) && <div>{t("openOf", { amount: f.money(s.open, s.currency, s.digits) })}{!isZero(s.overdue) && <Text span c="var(--bad)" size="sm">{` · ${t("overdueOf", { amount: f.money(s.overdue, s.currency, s.digits) })}`}</Text>}</div>}
            </Text>
          </UnstyledButton>
        );
      })}
    </Box>
  );
}
