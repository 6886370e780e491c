import { Anchor, Box, Button, Collapse, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";

import type { Schema } from "../../api/query";
import { Change } from "../../ui/amount";
import { isZero, minus, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { useWords } from "../../words/words";
import classes from "./dashboard.module.css";
import { useSourceName } from "./sources";

type Documents = Schema<"InsightDocumentMoney">;

/** What invoices add to the margin of their lines: exchange, rounding, support, discounts and so on, each currency by itself. */
export function DocumentsAdd({ of }: { of: Documents[] }) {
  const t = useWords("dashboard");
  const [opened, setOpened] = useState(false);
  return (
    <Card title={t("documents.title")} tools={<Anchor component={Link} to="/invoices" size="sm">{t("documents.all")}</Anchor>}>
      <Text size="sm" c="dimmed" mb="xs">{t("documents.help")}</Text>
      <table className={classes.owed}>
        <thead><tr><th scope="col">{t("receivables.currency")}</th><th scope="col" data-number>{t("documents.count")}</th><th scope="col">{t("documents.adds")}</th><th scope="col">{t("change")}</th></tr></thead>
        <tbody>{of.map((d) => <Row key={d.currency} of={d} />)}</tbody>
      </table>
      <Button mt="xs" variant="subtle" color="gray" size="compact-sm" aria-expanded={opened} onClick={() => setOpened(!opened)}>{t("documents.sources")}</Button>
      <Collapse expanded={opened}>{of.map((d) => <Box key={d.currency} mt="xs"><Parts of={d} /></Box>)}</Collapse>
    </Card>
  );
}

function Row({ of: d }: { of: Documents }) {
  const f = useFormats();
  const [now, before] = [sum(d.sources.map((s) => s.amount)), sum(d.sources.map((s) => s.before))];
  return (
    <tr>
      <th scope="row">{d.currency}</th>
      <td className="num">{f.number(d.documents)}</td>
      <td className="num" title={f.whole(now, d.currency)}>{f.amount(now, d.currency)}</td>
      <td><Change value={minus(now, before)} currency={d.currency} /></td>
    </tr>
  );
}

function Parts({ of: d }: { of: Documents }) {
  const f = useFormats();
  const name = useSourceName();
  return (
    <table className={classes.owed}>
      <caption>{d.currency}</caption>
      <tbody>
        {d.sources.filter((s) => !isZero(s.amount)).map((s) => (
          <tr key={s.source}><th scope="row">{name(s.source)}</th><td className="num" title={f.whole(s.amount, d.currency)}>{f.amount(s.amount, d.currency)}</td></tr>
        ))}
      </tbody>
    </table>
  );
}
