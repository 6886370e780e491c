import { List, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { changeOnce, refresh, type Schema } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { sum } from "../../ui/decimal";
import { useFormats } from "../../ui/format";
import { Problem } from "../../api/problem";
import { Notice, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { byCurrency, type Document } from "./facts";

/** What is done to many documents at once, each after its consequence was said in money. */
export function useDocumentActions(period: string, approval?: string) {
  const t = useWords("month");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const on = useRef("");
  const month = f.period(period);

  async function run(work: () => Promise<{ done: number; refused?: Schema<"Problem"> }>, said: (count: number) => string) {
    setBusy(true);
    try {
      const { done, refused: left } = await work();
      if (done > 0) told(said(done));
      if (left) refused(t("documents.partly"), explain(new Problem(left.status, left)));
    } catch (error) {
      refused(t("documents.failed"), explain(error));
    } finally {
      setBusy(false);
      await refresh(queries, ["/api/v1/invoices", "/api/v1/months", "/api/v1/dashboard"]);
    }
  }
  const ids = (documents: Document[]) => documents.map((d) => d.id);

  return {
    busy,
    approve: async (documents: Document[]) => {
      const yes = await confirm({
        title: t("documents.approve.title", { count: documents.length }), yes: t("step.approve.yes", { count: documents.length }),
        children: <Stack gap="sm"><Totals documents={documents} /><Text size="md">{t(approval === "four-eyes" ? "documents.approve.fourEyes" : "documents.approve.help")}</Text></Stack>,
      });
      if (!yes) return;
      await run(async () => {
        const done = await changeOnce("post", "/api/v1/invoices/approve", { body: { ids: ids(documents) } });
        return { done: done.changes.length, refused: done.refused };
      }, (count) => t("documents.approve.done", { count }));
    },
    issue: async (documents: Document[]) => {
      on.current = new Date().toISOString().slice(0, 10);
      const yes = await confirm({
        title: t("documents.issue.title", { count: documents.length, month }), yes: t("step.issue.yes", { count: documents.length }),
        children: (
          <Stack gap="sm">
            <Totals documents={documents} />
            <TextInput type="date" label={t("documents.issue.on")} description={t("documents.issue.onHelp")} defaultValue={on.current} onChange={(e) => { on.current = e.currentTarget.value; }} />
            <Notice tone="warn">{t("documents.issue.final")}</Notice>
          </Stack>
        ),
      });
      if (!yes) return;
      await run(async () => {
        const done = await changeOnce("post", "/api/v1/invoices/issue", { body: { ids: ids(documents), ...(on.current ? { on: on.current } : {}) } });
        return { done: done.issued.length, refused: done.refused };
      }, (count) => t("documents.issue.done", { count }));
    },
    publish: async (documents: Document[]) => {
      const yes = await confirm({
        title: t("documents.publish.title", { count: documents.length }), yes: t("step.publish.yes", { count: documents.length }),
        children: <Stack gap="sm"><Totals documents={documents} /><Text size="md">{t("documents.publish.help")}</Text></Stack>,
      });
      if (!yes) return;
      await run(async () => {
        const done = await changeOnce("post", "/api/v1/invoices/publish", { body: { ids: ids(documents) } });
        return { done: done.changes.length, refused: done.refused };
      }, (count) => t("documents.publish.done", { count }));
    },
  };
}

/** What documents come to, each currency by itself. */
export function Totals({ documents }: { documents: Document[] }) {
  const t = useWords("month");
  const f = useFormats();
  return (
    <List size="md" spacing={2}>
      {byCurrency(documents).map((c) => <List.Item key={c.currency}><span className="num">{t("documents.total", { count: c.totals.length, currency: c.currency, amount: f.amount(sum(c.totals), c.currency, c.digits) })}</span></List.Item>)}
    </List>
  );
}
