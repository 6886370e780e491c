import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { changeOnce, refresh, type Schema } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useJobs } from "../../ui/jobs";
import { useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { type Invitation, touched } from "./known";

type Sent = Schema<"SentInvitation">;

/** What can be done with invitations and accounts: AWS is asked, and everything is read again. */
export function useActing() {
  const t = useWords("member");
  const ui = useWords("ui");
  const confirm = useConfirm();
  const explain = useExplain();
  const queries = useQueryClient();
  const { follow } = useJobs();
  const [busy, setBusy] = useState<string>();

  async function during<T>(what: string, failed: string, work: () => Promise<T>): Promise<T | undefined> {
    setBusy(what);
    try {
      return await work();
    } catch (error) {
      refused(failed, explain(error));
      return undefined;
    } finally {
      setBusy(undefined);
      await refresh(queries, touched); // what AWS refused is on record, too
    }
  }
  const at = (i: Invitation) => ({ params: { path: { id: i.id } } });

  return {
    busy,
    /** Reads the accounts of a payer's organization. */
    sync: (payer: string) => during(`sync ${payer}`, t("members.notRead"), async () => {
      const job = await follow(await changeOnce("post", "/api/v1/payers/{payer}/accounts/sync", { params: { path: { payer } } }));
      if (job.state === "done") told(t("members.read", { count: (job.result as Schema<"MembershipSynced">).members }));
    }),
    /** Asks AWS how the invitations stand. */
    ask: () => during("ask", t("notDone"), async () => {
      const job = await follow(await changeOnce("post", "/api/v1/account-invitations/follow", {}));
      if (job.state !== "done") return;
      const came = job.result as Schema<"MembershipFollowed">;
      told(t("asked", { count: came.changed }));
      if (came.problems?.length) refused(t("askedProblems"), came.problems.join("\n"));
    }),
    async cancel(i: Invitation) {
      const yes = await confirm({ title: t("cancel.title", { target: i.target }), children: t("cancel.help"), yes: t("cancel.do"), danger: true });
      if (yes) await during("cancel", t("notDone"), async () => { await changeOnce("post", "/api/v1/account-invitations/{id}/cancel", at(i)); told(t("cancel.done")); });
    },
    async resend(i: Invitation): Promise<Sent | undefined> {
      const yes = await confirm({ title: t("resend.title", { target: i.target }), children: t("resend.help"), yes: t("resend.do") });
      return yes ? during("resend", t("notSent"), () => changeOnce("post", "/api/v1/account-invitations/{id}/resend", at(i))) : undefined;
    },
    async makePage(i: Invitation): Promise<Sent | undefined> {
      const yes = !i.page_until || (await confirm({ title: t("page.newTitle"), children: t("page.newHelp"), yes: t("page.new") }));
      return yes ? during("page", t("notDone"), () => changeOnce("post", "/api/v1/account-invitations/{id}/page", at(i))) : undefined;
    },
    async revokePage(i: Invitation) {
      const yes = await confirm({ title: t("page.revokeTitle"), children: t("page.revokeHelp"), yes: ui("remove"), danger: true });
      if (yes) await during("revoke", t("notDone"), async () => { await changeOnce("delete", "/api/v1/account-invitations/{id}/page", at(i)); told(t("page.revoked")); });
    },
  };
}
