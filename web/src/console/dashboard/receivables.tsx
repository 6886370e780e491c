import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";

import { Amount } from "../../ui/amount";
import { isZero, position, ratio } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { useWords } from "../../words/words";
import classes from "./dashboard.module.css";
import { buckets, type Owed, overdue } from "./sums";

/** What customers owe today, each currency by itself: how much, and for how long. */
export function Receivables({ owed }: { owed: Owed[] }) {
  const t = useWords("dashboard");
  const f = useFormats();
  return (
    <Card title={t("receivables.title")} tools={<Anchor component={Link} to="/receivables" size="sm">{t("receivables.all")}</Anchor>}>
      {owed.length === 0 ? <Text c="dimmed">{t("receivables.none")}</Text> : (
        <>
          <table className={classes.owed}>
            <thead><tr><th scope="col">{t("receivables.currency")}</th><th scope="col">{t("receivables.age")}</th><th scope="col">{t("receivables.overdue")}</th><th scope="col">{t("receivables.total")}</th></tr></thead>
            <tbody>
              {owed.map((o) => (
                <tr key={o.currency}>
                  <th scope="row"><Anchor component={Link} to={`/receivables?currency=${o.currency}`} size="sm">{o.currency}</Anchor></th>
                  <td>
                    <span className={classes.ages} role="img" aria-label={f.list(buckets.filter((b) => !isZero(o[b])).map((b) => t("receivables.says", { age: t(`receivables.${b}`), amount: f.money(o[b], o.currency) })))}>
                      {buckets.filter((b) => position(o[b]) > 0).map((b) => <span key={b} data-age={b} style={{ flexGrow: position(ratio(o[b], o.total) ?? "0") }} title={t("receivables.says", { age: t(`receivables.${b}`), amount: f.money(o[b], o.currency) })} />)}
                    </span>
                  </td>
                  <td><Amount value={overdue(o)} currency={o.currency} bare /></td>
                  <td><Amount value={o.total} currency={o.currency} bare strong /></td>
                </tr>
              ))}
            </tbody>
          </table>
          <ul className={classes.legend} aria-hidden>{buckets.map((b) => <li key={b}><span data-age={b} />{t(`receivables.${b}`)}</li>)}</ul>
        </>
      )}
    </Card>
  );
}
