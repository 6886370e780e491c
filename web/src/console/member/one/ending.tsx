import { Button, Group, Modal, Select, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { changeOnce, refresh } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { Notice, useExplain } from "../../../ui/state";
import { told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { endMonths, type Invitation, touched } from "../known";

/** A transfer ends with a month; it cannot be undone. */
export function Ending({ of: i, close }: { of: Invitation; close: () => void }) {
  const t = useWords("member");
  const ui = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const queries = useQueryClient();
  const months = endMonths(new Date(), i.first_month);
  const [last, setLast] = useState(months[0]!);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const fault = problem?.at("last_month");

  async function end() {
    setBusy(true);
    setProblem(undefined);
    try {
      await changeOnce("post", "/api/v1/account-invitations/{id}/end", { params: { path: { id: i.id } }, body: { last_month: last } });
      await refresh(queries, touched);
      told(t("end.done", { month: f.period(last) }));
      close();
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Modal opened onClose={close} title={t("end.title", { name: i.name || i.target })} closeButtonProps={{ "aria-label": ui("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); void end(); }}>
        <Stack gap="md">
          {problem && !fault && <Notice tone="bad" title={t("end.notDone")}>{explain(problem)}</Notice>}
          <Notice tone="warn">{t("end.help")}</Notice>
          <Select label={t("one.lastMonth")} description={t("end.last")} required allowDeselect={false} value={last} error={fault} onChange={(v) => v && setLast(v)} data={months.map((m) => ({ value: m, label: f.period(m) }))} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" color="red" loading={busy}>{t("end.yes", { month: f.period(last) })}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
