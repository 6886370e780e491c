import { useQueryClient } from "@tanstack/react-query";

import { changeOnce, refresh } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { type Parcel, touched } from "./known";

/** What can be done with hand-overs: again, or not at all. */
export function useActing() {
  const t = useWords("handover");
  const confirm = useConfirm();
  const explain = useExplain();
  const queries = useQueryClient();

  async function each(parcels: Parcel[], work: (id: string) => Promise<unknown>, done: (count: number) => string) {
    let count = 0;
    try {
      for (const p of parcels) {
        await work(p.id);
        count++;
      }
      told(done(count));
    } catch (error) {
      refused(t("notDone"), explain(error));
    }
    await refresh(queries, touched);
  }

  return {
    /** Hands over again; what was taken before is asked about, since it arrives twice. */
    async retry(parcels: Parcel[]) {
      const sent = parcels.filter((p) => p.state === "sent").length;
      if (sent > 0 && !(await confirm({ title: t("again.title", { count: sent }), children: t("again.help"), yes: t("retry") }))) return;
      await each(parcels, (id) => changeOnce("post", "/api/v1/handover/parcels/{id}/retry", { params: { path: { id } } }), (count) => t("again.done", { count }));
    },
    async cancel(parcels: Parcel[]) {
      const yes = await confirm({ title: t("cancelling.title", { count: parcels.length }), children: t("cancelling.help"), yes: t("cancel"), danger: true });
      if (yes) await each(parcels, (id) => changeOnce("post", "/api/v1/handover/parcels/{id}/cancel", { params: { path: { id } } }), (count) => t("cancelling.done", { count }));
    },
  };
}
