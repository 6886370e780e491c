import { NumberInput, Radio, Select, SimpleGrid, Stack } from "@mantine/core";

import { Card } from "../../../ui/page";
import { Notice } from "../../../ui/state";
import { useWords } from "../../../words/words";
import type { Part } from "./form";
import { isDocument, scheduled } from "./wish";

const times = ["publish", "issue", "daily", "monthly", "request"] as const;

/** What it waits for. */
export function When({ draft, put, fault, readOnly }: Part) {
  const t = useWords("handover");
  const data = draft.what.some((w) => !isDocument(w));
  return (
    <Card title={t("section.when")}>
      <Stack gap="md">
        <Radio.Group value={draft.on} onChange={(on) => put({ on })} aria-label={t("section.when")}>
          <Stack gap="sm">
            {times.map((on) => <Radio key={on} value={on} disabled={readOnly} label={t(`when.${on}`)} description={t(`whenHelp.${on}`)} />)}
          </Stack>
        </Radio.Group>
        {scheduled(draft.on) && (
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            {draft.on === "monthly" && <NumberInput label={t("when.day")} description={t("when.dayHelp")} required min={1} max={28} allowDecimal={false} disabled={readOnly} value={draft.day} onChange={(v) => put({ day: Number(v) || 1 })} />}
            <Select label={t("when.hour")} description={t("when.hourHelp")} allowDeselect={false} disabled={readOnly} value={String(draft.hour)} onChange={(v) => put({ hour: Number(v) })} data={Array.from({ length: 24 }, (_, h) => ({ value: String(h), label: `${String(h).padStart(2, "0")}:00` }))} />
            <Select label={t("when.zone")} description={t("when.zoneHelp")} searchable allowDeselect={false} disabled={readOnly} value={draft.zone} onChange={(v) => v && put({ zone: v })} data={[...new Set(["UTC", draft.zone, ...Intl.supportedValuesOf("timeZone")])]} />
          </SimpleGrid>
        )}
        {data && draft.on === "monthly" && <Notice tone="info">{t("when.dataMonthly")}</Notice>}
        {data && draft.on === "daily" && <Notice tone="info">{t("when.dataDaily")}</Notice>}
        {fault("when") && <Notice tone="bad">{fault("when")}</Notice>}
      </Stack>
    </Card>
  );
}
