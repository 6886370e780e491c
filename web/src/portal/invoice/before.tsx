import { Anchor, Stack, Text } from "@mantine/core";
import { Trans } from "react-i18next";
import { Link } from "react-router";

import { type Schema, useAll, useAsk } from "../../api/query";
import { absolute, isZero, minus, sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { monthBefore } from "../../ui/period";
import { Answer } from "../../ui/state";
import { useWords } from "../../words/words";
import { useHas } from "../frame";
import { compareDocuments, type ServiceChange } from "./comparison";

type Document = Schema<"ViewDocument">;

/** The document beside that of the month before, in words. */
export function Before({ document: d }: { document: Document }) {
  const t = useWords("bill");
  const f = useFormats();
  const has = useHas();
  const period = monthBefore(d.period);
  const bills = useAll("/api/v1/portal/invoices", { params: { query: { period } } });
  const last = bills.data?.rows.find((b) => b.group === d.group && b.document === "invoice");
  const was = useAsk("/api/v1/portal/invoices/{id}", { params: { path: { id: last?.id ?? "" } } }, { when: last !== undefined });
  const sameProvider = last === undefined || was.data === undefined || (was.data.provider ?? "") === (d.provider ?? "");
  return (
    <Card title={t("compare", { month: f.period(period) })}>
      <Answer of={bills} lines={3}>
        {() => {
          if (!last || !sameProvider) return <Text c="dimmed">{t("compareNone")}</Text>;
          if (last.currency !== d.currency) return <Text c="dimmed">{t("compareCurrency")}</Text>;
          return <Answer of={was} lines={4}>{(document) => <Told was={document} is={d} />}</Answer>;
        }}
      </Answer>
      {has("usage", "usage.read") && <Anchor component={Link} to={`/overview?month=${d.period}`} size="sm" mt="sm" display="inline-block">{t("explore", { month: f.period(d.period) })}</Anchor>}
    </Card>
  );
}

const most = 4;

function Told({ was, is }: { was: Document; is: Document }) {
  const t = useWords("bill");
  const f = useFormats();
  const c = compareDocuments(was, is);
  const money = (amount: string) => f.money(absolute(amount), is.currency, is.digits);
  const month = f.period(was.period);
  const rest = c.services.slice(most);
  const first = isZero(c.difference) ? "compareSame" : c.difference.startsWith("-") ? "compareLess" : "compareMore";
  return (
    <Stack gap="xs">
      <Text><Said name={first} values={{ month, difference: money(c.difference), growth: f.growth(c.before, c.after) }} /></Text>
      {c.services.slice(0, most).map((s) => (
        <Text key={`${s.account} ${s.service}`} size="sm"><Said name={serviceWords(s)} values={{ service: s.service, account: s.name, amount: money(s.change), growth: f.growth(s.before, s.after, 0) }} /></Text>
      ))}
      {rest.length > 0 && <Text size="sm" c="dimmed">{t("serviceRest", { count: rest.length, amount: f.change(sum(rest.map((s) => s.change)), is.currency, is.digits) })}</Text>}
      {c.parts.map((p) => <Text key={p.part} size="sm"><Said name={p.change.startsWith("-") ? "partLess" : "partMore"} values={{ part: t(`part.${p.part}`), amount: money(p.change) }} /></Text>)}
      <Text size="sm" c="dimmed"><Anchor component={Link} to={`/invoices/${encodeURIComponent(was.id)}`} size="sm">{t("whole", { month })}</Anchor></Text>
    </Stack>
  );
}

function serviceWords(s: ServiceChange): "serviceNew" | "serviceGone" | "serviceMore" | "serviceLess" {
  if (isZero(s.before)) return "serviceNew";
  if (isZero(s.after)) return "serviceGone";
  return minus(s.after, s.before).startsWith("-") ? "serviceLess" : "serviceMore";
}

function Said({ name, values }: { name: "compareSame" | "compareLess" | "compareMore" | "serviceNew" | "serviceGone" | "serviceMore" | "serviceLess" | "partLess" | "partMore"; values: Record<string, string> }) {
  const t = useWords("bill");
  return <Trans t={t} i18nKey={name} values={values} components={{ b: <b className="num" />, i: <span style={{ fontWeight: 560 }} /> }} />;
}
