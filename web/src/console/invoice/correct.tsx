import { Stack, Text } from "@mantine/core";
import { useNavigate } from "react-router";

import { useChange } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import type { Listed } from "./rows";

/** What corrects an issued invoice: a note that takes it back, or writing off what is open. Neither changes the document. */
export function useCorrections(invoice: Listed) {
  const t = useWords("invoice");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const go = useNavigate();
  const refreshes = ["/api/v1/invoices", "/api/v1/payments", "/api/v1/ageing", "/api/v1/prepaid", "/api/v1/months"];
  const takeBack = useChange("post", "/api/v1/invoices/{id}/void", { refreshes });
  const giveUp = useChange("post", "/api/v1/invoices/{id}/write-off", { refreshes });
  const name = invoice.number ?? invoice.id;
  const money = (amount: string) => f.money(amount, invoice.currency, invoice.digits);

  return {
    async void() {
      const yes = await confirm({
        title: t("void.title", { name }), yes: t("void.yes", { amount: money(invoice.total) }), danger: true, reason: true,
        children: <Stack gap="xs"><Text>{t("void.help", { amount: money(invoice.total), name })}</Text><Text c="dimmed">{t("void.after")}</Text></Stack>,
      });
      if (!yes) return;
      takeBack.mutate({ params: { path: { id: invoice.id } }, body: { reason: yes.reason } }, {
        onSuccess: (note) => { told(t("void.done", { name, note: note.number ?? note.id })); void go(`/invoices/${encodeURIComponent(note.id)}`); },
        onError: (error) => refused(t("void.not", { name }), explain(error)),
      });
    },
    async writeOff() {
      const yes = await confirm({
        title: t("writeOff.title", { name }), yes: t("writeOff.yes", { amount: money(invoice.standing.open) }), danger: true, reason: true,
        children: t("writeOff.help", { amount: money(invoice.standing.open), name }),
      });
      if (!yes) return;
      giveUp.mutate({ params: { path: { id: invoice.id } }, body: { reason: yes.reason } }, {
        onSuccess: () => told(t("writeOff.done", { amount: money(invoice.standing.open), name })),
        onError: (error) => refused(t("writeOff.not", { name }), explain(error)),
      });
    },
  };
}
