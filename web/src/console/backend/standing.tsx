import { Stack, Text } from "@mantine/core";

import { useFormats } from "../../ui/format";
import { State, type Tone } from "../../ui/state";
import { useWords } from "../../words/words";
import { ageOf, type Condition, conditionOf, type Standing } from "./known";

export const tones: Record<Condition, Tone> = { failing: "bad", never: "quiet", old: "warn", good: "good" };

/** How old something is, in words. */
export function useAge(): (hours: number | undefined) => string | undefined {
  const t = useWords("backend");
  return (hours) => {
    if (hours === undefined) return undefined;
    const { unit, count } = ageOf(hours);
    if (count === 0) return t("age.now");
    return unit === "hours" ? t("age.hours", { count }) : t("age.days", { count });
  };
}

/** The state of what is read, with the sentence where it fails. */
export function StandingState({ of, brief }: { of: Standing | undefined; brief?: boolean }) {
  const t = useWords("backend");
  const f = useFormats();
  const condition = conditionOf(of);
  return (
    <Stack gap={3} align="flex-start">
      <State tone={tones[condition]}>{t(`condition.${condition}`)}</State>
      {!brief && condition === "failing" && (
        <>
          <Text size="xs" miw={230} maw={460} lineClamp={4} title={of?.problem}>{of?.problem}</Text>
          {of?.failed_at && <Text size="xs" c="dimmed">{t("failedAt", { time: f.time(of.failed_at) })}</Text>}
        </>
      )}
    </Stack>
  );
}

/** When there was good data last, of which month, and how old it is. */
export function LastGood({ of }: { of: Standing | undefined }) {
  const t = useWords("backend");
  const f = useFormats();
  const age = useAge();
  if (!of?.good_at) return <span className="soft">{t("never")}</span>;
  return (
    <div>
      <Text size="md" className="num">{f.time(of.good_at)}</Text>
      <Text size="xs" c="dimmed">{[age(of.age_hours), of.good_period && f.period(of.good_period), of.good_rows !== undefined && t("rows", { count: of.good_rows, rows: f.number(of.good_rows) })].filter(Boolean).join(" · ")}</Text>
    </div>
  );
}
