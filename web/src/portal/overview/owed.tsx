import { Anchor, Group, Text } from "@mantine/core";
import { Link } from "react-router";

import { useAll } from "../../api/query";
import { compare, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { Answer } from "../../ui/state";
import { useWords } from "../../words/words";
import { useOrganization } from "../frame";
import { BillLine } from "../invoice/line";
import { useSold } from "../invoice/sold";

/** What is still to be paid, the most urgent first. */
export function OpenInvoices() {
  const t = useWords("overview");
  const f = useFormats();
  const organization = useOrganization().id;
  const sold = useSold();
  const bills = useAll("/api/v1/portal/invoices", { params: { query: { organization } } });
  return (
    <Card title={t("open")} flush tools={<Anchor component={Link} to="/invoices" size="sm">{t("allInvoices")}</Anchor>}>
      <Answer of={bills} lines={3}>
        {({ rows }) => {
          const open = rows.filter((b) => !sold.has(b.group) && compare(b.standing.open, "0") > 0).sort((a, b) => (a.due_date ?? "9").localeCompare(b.due_date ?? "9"));
          const currencies = [...new Set(open.map((b) => b.currency))];
          if (open.length === 0) return <Text p="md" c="dimmed">{t("nothingOpen")}</Text>;
          return (
            <>
              {open.slice(0, 5).map((b) => <BillLine key={b.id} bill={b} amount="open" />)}
              <Group justify="space-between" px="md" py="xs">
                <Text size="sm" c="dimmed">{t("openCount", { count: open.length })}</Text>
                <Text fw={600} className="num">{f.list(currencies.map((c) => f.money(sum(open.filter((b) => b.currency === c).map((b) => b.standing.open)), c)))}</Text>
              </Group>
            </>
          );
        }}
      </Answer>
    </Card>
  );
}
