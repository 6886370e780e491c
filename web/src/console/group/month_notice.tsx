import { Button } from "@mantine/core";

import { type Schema, useChange } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Notice, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { useFieldWords } from "./form/context";

/** Says that a month has settings of its own, and gives them back. */
export function MonthNotice({ month, period }: { month: Schema<"DeskMonthSettings">; period: string }) {
  const t = useWords("group");
  const f = useFormats();
  const can = useCan();
  const confirm = useConfirm();
  const explain = useExplain();
  const { label } = useFieldWords();
  const revert = useChange("delete", "/api/v1/months/{period}/settings");
  const name = f.period(period);
  if (!month.saved || !month.differs?.length) return null;

  async function back() {
    if (!await confirm({ title: t("revertMonth"), children: t("revertMonthSure", { month: name }), yes: t("revertMonth") })) return;
    try {
      await revert.mutateAsync({ params: { path: { period }, query: { group: [month.group] } } });
      told(t("revertMonthDone", { month: name }));
    } catch (error) {
      refused(t("saving.failed"), explain(error));
    }
  }

  return (
    <Notice tone="warn" title={t("monthEdited", { month: name })} action={can("invoices.draft") && <Button size="compact-sm" variant="default" loading={revert.isPending} onClick={() => void back()}>{t("revertMonth")}</Button>}>
      {t("monthDiffers", { names: f.list(month.differs.map(label)) })}
    </Notice>
  );
}
