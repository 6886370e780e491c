import { Problem } from "../../api/problem";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { useWords } from "../../words/words";

export interface Force {
  force?: boolean;
  reason?: string;
}

/**
 * Does something that may reach closed months: where it does, asks why, and does it
 * with that reason. Nothing where the answer is no.
 */
export function useForced() {
  const t = useWords("price");
  const f = useFormats();
  const can = useCan();
  const confirm = useConfirm();
  return async <T>(act: (force: Force) => Promise<T>): Promise<T | undefined> => {
    try {
      return await act({});
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "closed-month" || !can("closed.change")) throw error;
      const months = (error.body.errors ?? []).map((e) => f.period(e.location ?? ""));
      const yes = await confirm({ title: t("saving.closed", { count: months.length, months: f.list(months) }), children: t("saving.closedHelp"), yes: t("saving.yesClosed", { count: months.length }), danger: true, reason: true });
      return yes && act({ force: true, reason: yes.reason });
    }
  };
}
