import { Box, Group, SegmentedControl, Tabs } from "@mantine/core";
import { useMemo } from "react";
import { useParams, useSearchParams } from "react-router";

import { useAll, useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { InvoiceDocument } from "../../ui/invoice/document";
import { useCan } from "../../ui/me";
import { Card, Page } from "../../ui/page";
import { Answer, Empty } from "../../ui/state";
import { useWords } from "../../words/words";
import { useBulk } from "./bulk";
import { Changes } from "./changes";
import { ComparisonView } from "./comparison";
import { History } from "./history";
import classes from "./invoice.module.css";
import { Rail } from "./rail";
import { ResultWindow } from "./result";
import { type Row, rowsOf } from "./rows";
import { useWhy, Why } from "./why/drawer";

/** One document: is this right? */
export default function One() {
  const id = useParams().id ?? "";
  const t = useWords("invoice");
  // The list has where it stands; the document itself does not. A number works as well as an id.
  const period = /^\d{4}-\d\d(?=\/)/.exec(id)?.[0];
  const listed = useAll("/api/v1/invoices", period ? { params: { query: { period } } } : { params: { query: { filter: [`number:eq:${id}`] } } });
  return (
    <Answer of={listed} height={480}>
      {({ rows }) => {
        const invoice = rows.find((i) => i.id === id || i.number === id);
        if (!invoice) return <Page title={id} path={[{ title: t("title"), to: "/invoices" }]}><Empty title={t("one.none")}>{t("one.noneHelp")}</Empty></Page>;
        return <Shown key={invoice.id} invoice={invoice} chain={rows.filter((i) => i.period === invoice.period && sameChain(i.id, invoice.id))} />;
      }}
    </Answer>
  );
}

/** An invoice and its notes have one id, with a number behind those that come later. */
const sameChain = (a: string, b: string) => a.replace(/\/\d+$/, "") === b.replace(/\/\d+$/, "");

const tabs = ["document", "comparison", "changes", "history"] as const;

function Shown({ invoice, chain }: { invoice: Row["invoice"]; chain: Row["invoice"][] }) {
  const t = useWords("invoice");
  const f = useFormats();
  const can = useCan();
  const { id, period } = invoice;
  const [params, setParams] = useSearchParams();
  const findings = useAll("/api/v1/months/{period}/findings", { params: { path: { period } } }, { when: can("months.read") && invoice.state === "draft" });
  const document = useAsk("/api/v1/invoices/{id}", { params: { path: { id } } });
  const bulk = useBulk();
  const why = useWhy();
  const row = useMemo(() => rowsOf([invoice], [], findings.data?.rows ?? [])[0]!, [invoice, findings.data]);
  const allowed = tabs.filter((x) => (x !== "history" || can("audit.read")) && (x !== "changes" || can("usage.read")));
  const tab = allowed.find((x) => x === params.get("tab")) ?? "document";
  const brief = params.get("accounts") === "closed";
  const put = (name: string, value: string | undefined) => setParams((before) => {
    const next = new URLSearchParams(before);
    if (value) next.set(name, value);
    else next.delete(name);
    return next;
  }, { replace: true });

  return (
    <Page
      wide title={invoice.buyer} path={[{ title: t("title"), to: "/invoices" }]}
      question={t("one.about", { kind: t(`kind.${invoice.document}` as "kind.invoice"), name: invoice.number ?? id, month: f.period(period) })}
    >
      <Box className={classes.split}>
        <Tabs value={tab} onChange={(to) => put("tab", to && to !== "document" ? to : undefined)} style={{ minWidth: 0 }}>
          <Group justify="space-between" gap="xs" mb="sm" wrap="nowrap" align="flex-end">
            <Tabs.List aria-label={t("one.tabs")} style={{ flexWrap: "nowrap", overflowX: "auto", overflowY: "hidden", flex: 1 }}>
              {allowed.map((x) => <Tabs.Tab key={x} value={x}>{t(`tab.${x}`)}</Tabs.Tab>)}
            </Tabs.List>
            {tab === "document" && <SegmentedControl visibleFrom="sm" size="xs" aria-label={t("one.accounts")} value={brief ? "closed" : "open"} onChange={(v) => put("accounts", v === "closed" ? "closed" : undefined)} data={[{ value: "open", label: t("one.whole") }, { value: "closed", label: t("one.brief") }]} />}
          </Group>
          <Tabs.Panel value={tab}>
            {tab === "document" && <Answer of={document} height={700}>{(paper) => <InvoiceDocument key={String(brief)} document={paper} brief={brief} onWhy={(place) => why.open(place.path)} />}</Answer>}
            {tab === "comparison" && <ComparisonView invoice={invoice} />}
            {tab === "changes" && <Changes invoice={invoice} />}
            {tab === "history" && <Card flush label={t("tab.history")}><History id={id} /></Card>}
          </Tabs.Panel>
        </Tabs>
        <Rail row={row} chain={chain} bulk={bulk} />
      </Box>
      {document.data && <Why paper={document.data} why={why} />}
      <ResultWindow result={bulk.result} close={bulk.close} names={new Map([[id, invoice.buyer]])} goOn={(result, ids) => void bulk.run(result.verb, ids, result.sending)} />
    </Page>
  );
}
