import { Group, Text } from "@mantine/core";

import { useFormats } from "../../../ui/format";
import { Card } from "../../../ui/page";
import { State } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { type Invitation, toneOf } from "../known";
import classes from "../member.module.css";
import { useTerms } from "../words";

/** The states that an invitation was in, the newest first. */
export function History({ of: i }: { of: Invitation }) {
  const t = useWords("member");
  const f = useFormats();
  const terms = useTerms();
  const states = [...(i.history ?? [])].reverse();
  return (
    <Card title={t("history.title")}>
      {states.length === 0 ? <Text c="dimmed">{t("history.none")}</Text> : (
        <ol className={classes.states}>
          {states.map((s, n) => (
            <li key={n}>
              <Group justify="space-between" gap="xs"><State tone={toneOf(s.state)}>{terms.state(s.state)}</State><Text size="sm" className="num">{f.time(s.at)}</Text></Group>
              {s.detail && s.detail !== i.problem && <Text size="sm">{s.detail}</Text>}
              {f.time(s.noticed_at) !== f.time(s.at) && <Text size="xs" c="dimmed">{t("history.noticed", { time: f.time(s.noticed_at) })}</Text>}
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
