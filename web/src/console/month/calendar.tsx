import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "react-router";

import { type Schema, useAll } from "../../api/query";
import { useFormats } from "../../ui/format";
import { Card } from "../../ui/page";
import { State, type Tone, Waiting } from "../../ui/state";
import { hasWord, useWords } from "../../words/words";
import { grouped } from "./facts";

const tones: Record<string, Tone> = { done: "good", due: "quiet", late: "warn" };

/** When the parts of the month usually are final, and where they stand. */
export function Calendar({ entries }: { entries: Schema<"PipelineCalendarEntry">[] }) {
  const t = useWords("month");
  const f = useFormats();
  const days = grouped(entries, (e) => `${e.day} ${e.part} ${e.standing}`);
  return (
    <Card title={t("calendar.title")}>
      {days.length === 0 ? <Text c="dimmed">{t("calendar.none")}</Text> : (
        <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
          {days.map(([key, of]) => (
            <Group key={key} component="li" justify="space-between" wrap="nowrap" gap="xs" align="flex-start">
              <div style={{ minWidth: 0 }}>
                <Text size="md">{hasWord("month", `calendar.part.${of[0]!.part}`) ? t(`calendar.part.${of[0]!.part}` as "calendar.part.usage") : of[0]!.part}</Text>
                <Text size="xs" c="dimmed">{f.list(of.map((e) => e.name || e.payer))}</Text>
              </div>
              <Stack gap={2} align="flex-end" style={{ flex: "none" }}>
                <Text size="sm" className="num">{f.shortDay(of[0]!.day)}</Text>
                <State tone={tones[of[0]!.standing] ?? "quiet"}>{hasWord("month", `calendar.${of[0]!.standing}`) ? t(`calendar.${of[0]!.standing}` as "calendar.due") : of[0]!.standing}</State>
              </Stack>
            </Group>
          ))}
        </Stack>
      )}
    </Card>
  );
}

/** What runs by itself next. */
export function Schedules() {
  const t = useWords("month");
  const f = useFormats();
  const schedules = useAll("/api/v1/schedules");
  if (schedules.isPending) return <Card title={t("schedule.title")}><Waiting lines={2} /></Card>;
  const rows = schedules.data?.rows ?? [];
  return (
    <Card title={t("schedule.title")}>
      {rows.length === 0 ? (
        <Text size="md" c="dimmed">{t("schedule.none")} <Anchor component={Link} to="/settings/configuration">{t("schedule.set")}</Anchor></Text>
      ) : (
        <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
          {rows.map((r) => (
            <li key={r.schedule.id}>
              <Group justify="space-between" gap="xs"><Text fw={600} size="md">{r.schedule.id}</Text><Text size="sm" className="num">{f.time(r.next)}</Text></Group>
              <Text size="sm" c="dimmed">{t(r.schedule.dry_run ? "schedule.dry" : r.schedule.preview ? "schedule.preview" : "schedule.closes", { month: f.period(r.period) })}</Text>
              {r.pending.length > 0 && <Text size="sm" c="dimmed">{t("schedule.pending", { names: f.list(r.pending) })}</Text>}
              {r.last && <Text size="sm" c={r.last.finished ? "dimmed" : "var(--warn)"}>{t("schedule.last", { at: f.time(r.last.at), outcome: r.last.message || r.last.outcome })}</Text>}
            </li>
          ))}
        </Stack>
      )}
    </Card>
  );
}
