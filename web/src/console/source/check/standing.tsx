import { Stack, Text } from "@mantine/core";

import { type Schema, useAll } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { Notice, State } from "../../../ui/state";
import { useWords } from "../../../words/words";

export type Standing = Schema<"SourceState">;

/** How it stands with the sources, by their names; nothing where that cannot be asked. */
export function useStandings(): Map<string, Standing> {
  const states = useAll("/api/v1/source-states", undefined, { every: 60_000 });
  return new Map((states.data?.rows ?? []).map((s) => [s.source, s]));
}

/** An age as people say it: hours up to two days, then days. */
export function useAge() {
  const t = useWords("connect");
  return (hours: number) => (hours < 1 ? t("age.now") : hours < 48 ? t("age.hours", { count: Math.floor(hours) }) : t("age.days", { count: Math.floor(hours / 24) }));
}

/** Failing, with the sentence why, and the last good data with its age. */
export function StandingCell({ of: s }: { of?: Standing }) {
  const t = useWords("connect");
  const f = useFormats();
  const age = useAge();
  if (!s) return <span className="soft">{"–"}</span>;
  return (
    <Stack gap={2} align="flex-start" py={4} maw={360}>
      {s.failing ? <State tone="bad">{t("standing.failing")}</State> : s.good_at ? <State tone="good">{t("standing.good")}</State> : <State tone="quiet">{t("standing.never")}</State>}
      {s.failing && s.problem && <Text size="xs" lineClamp={3} title={s.problem}>{s.problem}</Text>}
      {s.good_at && <Text size="xs" c="dimmed" title={f.time(s.good_at)}>{t("standing.last", { month: s.good_period ? f.period(s.good_period, true) : "", age: age(s.age_hours ?? 0) })}</Text>}
    </Stack>
  );
}

export function StandingNotice({ source }: { source: string }) {
  const t = useWords("connect");
  const f = useFormats();
  const age = useAge();
  const s = useStandings().get(source);
  if (!s?.failing) return null;
  return (
    <Notice tone="bad" title={t("standing.failingSince", { time: f.time(s.failed_at) })}>
      {s.problem}
      {s.good_at && <Text size="sm" mt={4}>{t("standing.kept", { month: s.good_period ? f.period(s.good_period) : "", age: age(s.age_hours ?? 0) })}</Text>}
    </Notice>
  );
}
