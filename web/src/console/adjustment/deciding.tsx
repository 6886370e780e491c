import { useQueryClient } from "@tanstack/react-query";

import { changeOnce, refresh } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { type Bare, sumsOf } from "./balance";

/** What is read again after a decision. */
export const changed = ["/api/v1/months", "/api/v1/entries"];

/** Decisions that need no more than a yes: keep, restore, take back. */
export function useDecide() {
  const t = useWords("adjustment");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const queries = useQueryClient();
  const money = (entries: Bare[]) => f.list(sumsOf(entries).map((s) => f.money(s.amount, s.currency)));

  async function run(title: string, done: string, work: () => Promise<unknown>) {
    try {
      await work();
      await refresh(queries, changed);
      told(done);
      return true;
    } catch (error) {
      refused(title, explain(error));
      return false;
    }
  }
  return {
    async keep(entries: Bare[]) {
      const [count, amount] = [entries.length, money(entries)];
      const yes = await confirm({ title: t("keep.title", { count }), children: t("keep.help", { amount }), yes: t("keep.yes", { count }), reason: true });
      return !!yes && run(t("keep.failed"), t("keep.done", { count }), () => changeOnce("post", "/api/v1/entries/keep", { body: { ids: entries.map((e) => e.id), reason: yes.reason } }));
    },
    async restore(entries: Bare[]) {
      const [count, amount] = [entries.length, money(entries)];
      const yes = await confirm({ title: t("restore.title", { count }), children: t("restore.help", { amount }), yes: t("restore.yes", { count }), reason: true });
      return !!yes && run(t("restore.failed"), t("restore.done", { count }), () => changeOnce("post", "/api/v1/entries/restore", { body: { ids: entries.map((e) => e.id), reason: yes.reason } }));
    },
    async undo(entry: Bare, gone?: () => void) {
      const custom = entry.origin === "custom" && entry.state === "open";
      const yes = await confirm({ title: custom ? t("undo.titleCustom") : t("undo.title"), children: custom ? t("undo.helpCustom", { amount: money([entry]) }) : t("undo.help"), yes: custom ? t("undo.yesCustom") : t("undo.yes"), danger: custom, reason: true });
      return !!yes && run(t("undo.failed"), t("undo.done"), async () => {
        await changeOnce("post", "/api/v1/entries/{id}/undo", { params: { path: { id: entry.id } }, body: { reason: yes.reason } });
        gone?.(); // before anything is read again
      });
    },
  };
}

export type Decide = ReturnType<typeof useDecide>;
