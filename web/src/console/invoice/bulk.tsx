import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Problem, type ProblemBody } from "../../api/problem";
import { changeOnce, refresh } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useJobs } from "../../ui/jobs";
import { useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { Consequence } from "./consequence";
import { type Outcome, outcomesOf } from "./outcome";
import { type Row, sumsOf } from "./rows";

/** What is done with documents in one go, one by one in the order given. */
export type Verb = "approve" | "issue" | "publish" | "unpublish" | "sent";

export interface Sending { to: string; by?: string; on?: string }

export interface Result { verb: Verb; outcomes: Outcome[]; sending?: Sending }

const touched = ["/api/v1/invoices", "/api/v1/months", "/api/v1/audit", "/api/v1/payments", "/api/v1/ageing"];

/** Does things with documents: asks with the consequence, tells what was done, and keeps `result` where not all could be. */
export function useBulk() {
  const t = useWords("invoice");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const queries = useQueryClient();
  const { follow } = useJobs();
  const [result, setResult] = useState<Result>();

  async function run(verb: Verb, ids: string[], sending?: Sending) {
    const outcomes = await call(verb, ids, sending);
    await refresh(queries, touched);
    const done = outcomes.filter((o) => o.result === "done" || o.result === "same").length;
    if (done === ids.length) {
      told(t(`did.${verb}`, { count: done }));
      setResult(undefined);
    } else {
      setResult({ verb, outcomes, sending });
    }
  }

  async function ask(verb: Exclude<Verb, "sent">, rows: Row[]) {
    const count = rows.length;
    const yes = await confirm({
      title: t(`ask.${verb}.title`, { count }), yes: t(`ask.${verb}.yes`, { count }), danger: verb === "unpublish",
      children: <Consequence sums={sumsOf(rows.map((r) => r.invoice))}>{t(`ask.${verb}.help`, { count })}</Consequence>,
    });
    if (yes) await run(verb, rows.map((r) => r.invoice.id).sort());
  }

  async function accept(rows: Row[]) {
    const count = rows.reduce((n, r) => n + r.unexpected.length, 0);
    const yes = await confirm({
      title: t("ask.accept.title", { count: rows.length }), yes: t("ask.accept.yes", { count }), reason: true,
      children: (
        <>
          {t("ask.accept.help")}
          <ul>{rows.slice(0, 8).flatMap((r) => r.unexpected.slice(0, 3).map((x) => <li key={x.id}>{r.invoice.buyer}{": "}{f.money(x.amount, x.currency ?? r.invoice.currency, r.invoice.digits)}{" · "}{t(`finding.${x.code}` as "finding.expect-change")}</li>))}</ul>
        </>
      ),
    });
    if (!yes) return;
    try {
      for (const row of rows) await changeOnce("post", "/api/v1/invoices/{id}/accept", { params: { path: { id: row.invoice.id } }, body: { reason: yes.reason } });
      told(t("did.accept", { count: rows.length }));
    } catch (error) {
      refused(t("notDone"), explain(error));
    }
    await refresh(queries, touched);
  }

  /** Makes drafts again: a job for each month. */
  async function draft(rows: Row[]) {
    const yes = await confirm({ title: t("ask.draft.title", { count: rows.length }), yes: t("ask.draft.yes", { count: rows.length }), children: <Consequence sums={sumsOf(rows.map((r) => r.invoice))}>{t("ask.draft.help")}</Consequence> });
    if (!yes) return;
    for (const period of new Set(rows.map((r) => r.invoice.period))) {
      try {
        const groups = [...new Set(rows.filter((r) => r.invoice.period === period).map((r) => r.invoice.group))];
        const job = await follow(await changeOnce("post", "/api/v1/months/{period}/draft", { params: { path: { period } }, body: { groups } }));
        if (job.state === "done") told(t("did.draft", { count: groups.length }));
      } catch (error) {
        refused(t("notDone"), explain(error));
      }
    }
  }

  return { ask, accept, draft, run, result, close: () => setResult(undefined) };
}

/** One call for all; where already the first is refused, the answer is that problem. */
async function call(verb: Verb, ids: string[], sending?: Sending): Promise<Outcome[]> {
  try {
    if (verb === "issue") {
      const done = await changeOnce("post", "/api/v1/invoices/issue", { body: { ids } });
      return outcomesOf(ids, done.issued, done.refused);
    }
    const done = verb === "approve" ? await changeOnce("post", "/api/v1/invoices/approve", { body: { ids } })
      : verb === "publish" ? await changeOnce("post", "/api/v1/invoices/publish", { body: { ids } })
      : verb === "unpublish" ? await changeOnce("post", "/api/v1/invoices/unpublish", { body: { ids } })
      : await changeOnce("post", "/api/v1/invoices/sent", { body: { ids, to: sending?.to ?? "", by: sending?.by ?? "mail", on: sending?.on } });
    return outcomesOf(ids, done.changes, done.refused);
  } catch (error) {
    const why: Partial<ProblemBody> = error instanceof Problem ? { ...error.body, detail: error.message } : { detail: String(error) };
    return outcomesOf(ids, [], why);
  }
}
