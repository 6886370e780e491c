import { Text } from "@mantine/core";

import { Amount } from "../../ui/amount";
import { type Decimal, isZero } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { useWords } from "../../words/words";
import type { spread } from "./payments";
import classes from "./payment.module.css";

/** What an amount would do: which documents it settles, how much of them stays open, what is left of it. */
export function SpreadTable({ given, rest, currency }: { given: ReturnType<typeof spread>["given"]; rest: Decimal; currency: string }) {
  const t = useWords("payment");
  const f = useFormats();
  if (given.length === 0 && isZero(rest)) return null;
  return (
    <table className={classes.spread} aria-live="polite">
      <thead><tr><th scope="col">{t("spread.document")}</th><th scope="col">{t("spread.due")}</th><th scope="col">{t("spread.gets")}</th><th scope="col">{t("spread.left")}</th></tr></thead>
      <tbody>
        {given.map((g) => (
          <tr key={g.document.id}>
            <th scope="row" className="id">{g.document.number ?? g.document.id}</th>
            <td className="num">{g.document.due_date ? f.day(g.document.due_date) : "–"}</td>
            <td><Amount value={g.amount} currency={currency} /></td>
            <td><Amount value={g.left} currency={currency} /></td>
          </tr>
        ))}
        {!isZero(rest) && <tr><th scope="row" colSpan={2}><Text span fw={600} c="var(--warn)">{t("spread.rest")}</Text></th><td><Amount value={rest} currency={currency} strong /></td><td /></tr>}
      </tbody>
    </table>
  );
}
