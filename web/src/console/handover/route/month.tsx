import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { changeOnce, refresh, type Schema } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { useFormats } from "../../../ui/format";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { usePeriod } from "../../../ui/period";
import { useExplain } from "../../../ui/state";
import { refused, told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { type Route, touched } from "../known";
import { useTerms } from "../words";

/** Hands over what was there before the route was: asks the server what that is, then the person. */
export function Month({ route }: { route: Route }) {
  const t = useWords("handover");
  const f = useFormats();
  const can = useCan();
  const explain = useExplain();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const { period, periods } = usePeriod();
  const [month, setMonth] = useState(period);
  const [busy, setBusy] = useState(false);
  if (!can("invoices.send") || !route.enabled) return null;

  async function handOver() {
    setBusy(true);
    const ask = (dry: boolean) => changeOnce("post", "/api/v1/handover/routes/{id}/month", { params: { path: { id: route.id } }, body: { period: month, dry_run: dry } });
    try {
      const { items } = await ask(true);
      const fresh = items.filter((i) => i.state === "new");
      if (fresh.length === 0) {
        told(t("month.nothing", { month: f.period(month) }));
        return;
      }
      const yes = await confirm({ title: t("month.title", { count: fresh.length, month: f.period(month) }), yes: t("month.yes", { count: fresh.length }), children: <Items items={items} /> });
      if (!yes) return;
      await ask(false);
      await refresh(queries, touched);
      told(t("month.done", { count: fresh.length }));
    } catch (error) {
      refused(t("notDone"), explain(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Card title={t("month.card")}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t("month.help")}</Text>
        <Group gap="xs" wrap="nowrap">
          <Select aria-label={t("month.which")} allowDeselect={false} value={month} onChange={(v) => v && setMonth(v)} data={periods.map((value) => ({ value, label: f.period(value) }))} style={{ flex: 1 }} />
          <Button variant="default" loading={busy} onClick={() => void handOver()}>{t("month.do")}</Button>
        </Group>
      </Stack>
    </Card>
  );
}

function Items({ items }: { items: Schema<"MonthItem">[] }) {
  const t = useWords("handover");
  const terms = useTerms();
  const fresh = items.filter((i) => i.state === "new");
  return (
    <Stack gap="xs">
      <ul style={{ margin: 0, paddingInlineStart: 20, maxHeight: 260, overflow: "auto" }}>
        {fresh.slice(0, 50).map((i) => <li key={`${i.what} ${i.subject}`}>{terms.one(i.what)}{" · "}<span className="id">{i.number || i.subject}</span></li>)}
      </ul>
      {fresh.length > 50 && <Text size="sm" c="dimmed">{t("month.more", { count: fresh.length - 50 })}</Text>}
      {items.length > fresh.length && <Text size="sm" c="dimmed">{t("month.went", { count: items.length - fresh.length })}</Text>}
    </Stack>
  );
}
