import { Button, Group, Stack, Text } from "@mantine/core";
import { IconArrowRight, IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";

import { changeOnce } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { useJobs } from "../../../ui/jobs";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { usePeriod } from "../../../ui/period";
import { useExplain } from "../../../ui/state";
import { refused } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { type Draft, groupIdOf, idOf } from "./draft";

/** It is set up; what people do next. */
export function DoneStep({ draft, clear }: { draft: Draft; clear: () => void }) {
  const t = useWords("customer");
  const f = useFormats();
  const can = useCan();
  const go = useNavigate();
  const explain = useExplain();
  const { period } = usePeriod();
  const { follow } = useJobs();
  const [busy, setBusy] = useState(false);
  const [customer, group] = [idOf(draft), groupIdOf(draft)];
  const month = f.period(period);
  const billable = draft.accounts.length > 0 && draft.from.slice(0, 7) <= period; // without usage in the month there is no bill

  async function bill() {
    setBusy(true);
    try {
      const job = await follow(await changeOnce("post", "/api/v1/months/{period}/close", { params: { path: { period } }, body: { preview: true } }));
      if (job.state === "done") await go(`/groups/${encodeURIComponent(group)}?tab=invoices`);
    } catch (error) {
      refused(t("next.billFailed", { month }), explain(error));
    } finally {
      setBusy(false);
    }
  }

  const next = [
    ...(billable && can("months.run") ? [{ key: "bill", title: t("next.bill", { month }), help: t("next.billHelp"), action: <Button loading={busy} onClick={() => void bill()}>{t("next.billDo")}</Button> }] : []),
    ...(can("users.write") ? [{ key: "user", title: t("next.user"), help: t("next.userHelp"), action: <Button component={Link} to={`/customers/${encodeURIComponent(customer)}?tab=people&invite=1`} variant="default" onClick={clear}>{t("people.invite")}</Button> }] : []),
    ...(can("prices.read") ? [{ key: "book", title: t("next.book"), help: t("next.bookHelp"), action: <Button component={Link} to="/prices" variant="default" onClick={clear}>{t("next.bookDo")}</Button> }] : []),
    { key: "settings", title: t("next.settings"), help: t("next.settingsHelp"), action: <Button component={Link} to={`/groups/${encodeURIComponent(group)}?tab=settings`} variant="default" onClick={clear}>{t("next.settingsDo")}</Button> },
  ];
  return (
    <Stack gap="md" maw={760}>
      <Group gap="sm">
        <IconCircleCheck size={34} color="var(--good)" stroke={1.6} aria-hidden />
        <div>
          <Text component="h2" fz="xl" fw={620} m={0}>{t("next.title", { customer: draft.name || customer })}</Text>
          <Text c="dimmed">{t("next.help")}</Text>
        </div>
      </Group>
      <Card label={t("step.done")}>
        <Stack gap={0}>
          {next.map((n, i) => (
            <Group key={n.key} justify="space-between" gap="sm" py={12} style={{ borderTop: i > 0 ? "1px solid var(--rule)" : undefined }}>
              <div style={{ flex: "1 1 260px" }}><Text fw={600}>{n.title}</Text><Text size="sm" c="dimmed">{n.help}</Text></div>
              {n.action}
            </Group>
          ))}
        </Stack>
      </Card>
      <Group gap="xs">
        <Button component={Link} to={`/customers/${encodeURIComponent(customer)}`} rightSection={<IconArrowRight size={15} />} variant="default" onClick={clear}>{t("next.open")}</Button>
        <Button component={Link} to="/customers/new" variant="subtle" onClick={clear}>{t("next.another")}</Button>
      </Group>
    </Stack>
  );
}
