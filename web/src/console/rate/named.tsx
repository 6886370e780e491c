import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { changeOnce, refresh, type Schema } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Notice, useExplain, Waiting } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { type Force, useForced } from "../price/forced";
import { RateChanges } from "./changes";

/** The rates that the provider names itself, on its invoices or in its export. */
export function Named({ opened, close, period }: { opened: boolean; close: () => void; period: string }) {
  const t = useWords("rate");
  const ui = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const queries = useQueryClient();
  const forced = useForced();
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const ask = (dry: boolean, force: Force) => changeOnce("post", "/api/v1/months/{period}/exchange-rates/from-invoices", { params: { path: { period } }, body: { dry_run: dry || undefined, ...force } });
  const tried = useQuery<Schema<"RatesApplied">, Problem>({ queryKey: ["rates-named", period], queryFn: () => ask(true, {}), enabled: opened, retry: false, staleTime: 0 });
  async function take() {
    setBusy(true);
    setWrong("");
    try {
      const done = await forced((force) => ask(false, force));
      if (!done) return;
      await refresh(queries);
      told(t("importing.done", { count: done.changes.length }));
      close();
    } catch (error) {
      setWrong(explain(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Modal opened={opened} onClose={close} size="min(760px, 96vw)" title={t("named.title", { month: f.period(period) })} closeButtonProps={{ "aria-label": ui("close") }}>
      <Stack gap="md">
        <Text size="md">{t("named.help")}</Text>
        {tried.isPending && <Waiting lines={3} />}
        {tried.isError && <Notice tone="info">{explain(tried.error)}</Notice>}
        {tried.data && <RateChanges changes={tried.data.changes} />}
        {wrong && <Notice tone="bad">{wrong}</Notice>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui(tried.data ? "cancel" : "close")}</Button>
          {tried.data && <Button disabled={tried.data.changes.length === 0} loading={busy} onClick={() => void take()}>{t("take", { count: tried.data.changes.length })}</Button>}
        </Group>
      </Stack>
    </Modal>
  );
}
