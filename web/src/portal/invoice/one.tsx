import { Anchor, Box, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";
import { Link, useParams } from "react-router";

import { type Schema, useAsk } from "../../api/query";
import { isZero, minus } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { InvoiceDocument } from "../../ui/invoice/document";
import { Card, Facts, Page } from "../../ui/page";
import { Answer, Notice } from "../../ui/state";
import { hasWord, useWords } from "../../words/words";
import { NotFound, useHas } from "../frame";
import { Before } from "./before";
import { Downloads } from "./downloads";
import { BillState } from "./line";

/** One document: is it right, and is it paid? */
export default function Invoice() {
  const { id = "" } = useParams();
  const bill = useAsk("/api/v1/portal/invoices/{id}", { params: { path: { id } } });
  // Another customer's document is not there, as one is not that does not exist.
  if (bill.error && (bill.error.status === 404 || bill.error.status === 403 || bill.error.status === 422)) return <NotFound />;
  return <Answer of={bill} height={480}>{(document) => <One document={document} />}</Answer>;
}

function One({ document: d }: { document: Schema<"ViewDocument"> }) {
  const t = useWords("bill");
  const f = useFormats();
  const has = useHas();
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const kind = hasWord("bill", `kind.${d.document}`) ? t(`kind.${d.document}` as "kind.invoice") : d.document;
  return (
    <Page
      title={d.number || kind} question={t("ofMonth", { kind, month: f.period(d.period), buyer: d.buyer.name ?? d.group })} path={[{ title: t("title"), to: "/invoices" }]}
      actions={has("invoice-files") && <Downloads id={d.id} />}
    >
      <Box style={{ display: "flex", flexWrap: "wrap", gap: 20, alignItems: "flex-start" }}>
        <Stack gap="md" className="no-print" style={{ flex: "1 1 300px", maxWidth: narrow ? undefined : 380, minWidth: 0, order: narrow ? 0 : 1 }}>
          <Paid document={d} />
          {d.corrects && (
            <Notice tone="info" title={<Anchor component={Link} to={`/invoices/${encodeURIComponent(d.corrects.id)}`}>{t(d.corrects.voids ? "voids" : "corrects", { number: d.corrects.number })}</Anchor>}>
              {t("correctsHelp", { day: f.day(d.corrects.issue_date), reason: d.corrects.reason })}
            </Notice>
          )}
          {d.document === "invoice" && <Before document={d} />}
        </Stack>
        <Box style={{ flex: "2 1 560px", minWidth: 0, maxWidth: 920 }}>
          <InvoiceDocument document={d} brief />
        </Box>
      </Box>
    </Page>
  );
}

/** What is to be paid, and what was. */
function Paid({ document: d }: { document: Schema<"ViewDocument"> }) {
  const t = useWords("bill");
  const f = useFormats();
  const has = useHas();
  const { standing } = d;
  const money = (amount: string) => <span className="num">{f.money(amount, d.currency, d.digits)}</span>;
  const paid = minus(d.payable, standing.open);
  return (
    <Card title={t("pay")} tools={<BillState bill={d} />}>
      <Facts
        of={[
          [t("payable"), money(d.payable)],
          ...(isZero(paid) || isZero(d.payable) ? [] : [[t("paid"), money(paid)] as [string, ReactNode]]),
          ...(isZero(standing.open) ? [] : [[t("stillOpen"), <b key="open">{money(standing.open)}</b>] as [string, ReactNode]]),
          ...(d.due_date ? [[t("due"), f.day(d.due_date)] as [string, ReactNode]] : []),
          [t("issued"), f.day(d.issue_date)],
          ...(standing.sent ? [[t("sent"), f.day(standing.sent)] as [string, ReactNode]] : []),
        ]}
      />
      {!!standing.reminders && <Text size="sm" c="dimmed" mt="xs">{t("reminders", { count: standing.reminders })}</Text>}
      {has("payments", "payments.read") && <Anchor component={Link} to={`/account-statement?group=${encodeURIComponent(d.group)}`} size="sm" mt="sm" display="inline-block">{t("statement.title")}</Anchor>}
    </Card>
  );
}
