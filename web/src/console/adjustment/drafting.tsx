import { Button } from "@mantine/core";

import { changeOnce, useAsk } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useJobs } from "../../ui/jobs";
import { useCan } from "../../ui/me";
import { Notice, useExplain } from "../../ui/state";
import { refused } from "../../ui/told";
import { useWords } from "../../words/words";

/** Entries are on invoices once the drafts are made again: says where that is to be done, and does it. */
export function Drafting({ period }: { period: string }) {
  const t = useWords("adjustment");
  const f = useFormats();
  const can = useCan();
  const { follow } = useJobs();
  const explain = useExplain();
  const needs = useAsk("/api/v1/months/{period}/needs", { params: { path: { period } } }, { when: can("invoices.read") });
  const waiting = needs.data?.drafts ?? [];
  if (waiting.length === 0 || needs.data?.rating?.length) return null;
  const sums = waiting.slice(0, 3).map((d) => `${d.group} ${f.change(d.total.difference, d.currency, d.digits)}`);

  async function draft() {
    try {
      await follow(await changeOnce("post", "/api/v1/months/{period}/draft", { params: { path: { period } }, body: {} }));
    } catch (error) {
      refused(t("draft.failed"), explain(error));
    }
  }
  return (
    <Notice tone="info" title={t("draft.title", { count: waiting.length })} action={can("months.run") && <Button size="compact-sm" onClick={() => void draft()}>{t("draft.do")}</Button>}>
      <span className="num">{waiting.length > sums.length ? t("draft.more", { those: f.list(sums), count: waiting.length - sums.length }) : f.list(sums)}</span>
    </Notice>
  );
}
