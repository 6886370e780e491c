import { Box, Group, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";
import { useNavigate, useSearchParams } from "react-router";

import { useAll } from "../../api/query";
import { Figure, Ways } from "../../ui/chart";
import { compare, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card, Page } from "../../ui/page";
import { Answer, Empty } from "../../ui/state";
import { type Column, DataTable } from "../../ui/table";
import { hasWord, useWords } from "../../words/words";
import { useHas, useOrganization } from "../frame";
import { Balances } from "./balances";
import { type Bill, BillLine, BillState } from "./line";
import { useSold } from "./sold";

/** What was billed, and what is still to be paid? */
export default function Invoices() {
  const t = useWords("bill");
  const has = useHas();
  const organization = useOrganization();
  const [params, setParams] = useSearchParams();
  const sold = useSold();
  const bills = useAll("/api/v1/portal/invoices", { params: { query: { organization: organization.id } } });
  const whose = params.get("whose") === "sold" ? "sold" : "own";
  return (
    <Page
      title={t("title")} question={t("question")}
      actions={sold.size > 0 && <Ways label={t("whose")} value={whose} onChange={(v) => setParams(v === "own" ? {} : { whose: v })} ways={[{ value: "own", label: t("own") }, { value: "sold", label: t("sold") }]} />}
    >
      <Answer of={bills} height={320}>
        {({ rows }) => {
          const shown = rows.filter((b) => sold.has(b.group) === (whose === "sold"));
          if (shown.length === 0) return <Card><Empty title={t("none")}>{t("noneHelp")}</Empty></Card>;
          return (
            <Stack gap="md">
              <Sums bills={shown} />
              {whose === "own" && has("payments", "payments.read") && <Balances />}
              <Bills bills={shown} />
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}

/** What is open, and when it is due: for each currency, since they have no sum. */
function Sums({ bills }: { bills: Bill[] }) {
  const t = useWords("bill");
  const f = useFormats();
  const open = bills.filter((b) => compare(b.standing.open, "0") > 0);
  const newest = bills.reduce((a, b) => (b.period > a.period ? b : a));
  const next = open.filter((b) => b.due_date && b.standing.position !== "overdue").map((b) => b.due_date!).sort()[0];
  const money = (of: Bill[], amount: (b: Bill) => string) => f.list([...new Set(of.map((b) => b.currency))].map((c) => f.money(sum(of.filter((b) => b.currency === c).map(amount)), c)));
  const overdue = open.filter((b) => b.standing.position === "overdue");
  return (
    <Card label={t("pay")}>
      <Group gap="xl" align="flex-start">
        <Figure label={t("openSum")} below={overdue.length > 0 && <Text size="sm" c="var(--bad)">{t("overdueSum", { amount: money(overdue, (b) => b.standing.open) })}</Text>}>
          {open.length ? money(open, (b) => b.standing.open) : t("paidAll")}
        </Figure>
        {next && <Figure label={t("nextDue")}>{f.day(next)}</Figure>}
        <Figure label={t("lastBilled", { month: f.period(newest.period) })}>{money(bills.filter((b) => b.period === newest.period && b.document === "invoice"), (b) => b.total)}</Figure>
      </Group>
    </Card>
  );
}

/** The documents: a table where there is room, a list on a phone. */
function Bills({ bills }: { bills: Bill[] }) {
  const t = useWords("bill");
  const f = useFormats();
  const go = useNavigate();
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const columns = useMemo((): Column<Bill>[] => [
    { id: "period", title: t("month"), value: (b) => b.period, show: (b) => f.period(b.period) },
    { id: "number", title: t("number"), kind: "id", value: (b) => b.number ?? b.id },
    { id: "kind", title: t("kindOf"), value: (b) => (hasWord("bill", `kind.${b.document}`) ? t(`kind.${b.document}` as "kind.invoice") : b.document) },
    { id: "buyer", title: t("buyer"), value: (b) => b.buyer },
    { id: "issued", title: t("issued"), kind: "day", value: (b) => b.issue_date },
    { id: "due", title: t("due"), kind: "day", value: (b) => b.due_date },
    { id: "state", title: t("stateOf"), value: (b) => b.standing.position, show: (b) => <BillState bill={b} /> },
    { id: "total", title: t("total"), kind: "amount", value: (b) => b.total, currency: (b) => b.currency, total: true },
    { id: "open", title: t("openAmount"), kind: "amount", value: (b) => b.standing.open, currency: (b) => b.currency, total: true },
  ], [t, f]);
  if (narrow) {
    return (
      <Card flush title={t("history")}>
        <Box>{[...bills].sort((a, b) => b.period.localeCompare(a.period)).map((b) => <BillLine key={b.id} bill={b} amount="total" />)}</Box>
      </Card>
    );
  }
  return (
    <Card flush label={t("history")}>
      <DataTable name="portal-invoices" label={t("history")} columns={columns} rows={bills} rowKey={(b) => b.id} sort="-period" onOpen={(b) => void go(`/invoices/${encodeURIComponent(b.id)}`)} />
    </Card>
  );
}
