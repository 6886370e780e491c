import { Button, Group, Stack, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";

import { Problem } from "../../api/problem";
import { type Schema, useAll, useChange } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { useCan } from "../../ui/me";
import { Card } from "../../ui/page";
import { Answer, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { useCodes, useGroupName } from "./words";

type Entry = Schema<"BillingCommitment">;

/** What was decided on a commitment, and can be taken back. */
export function Decisions({ commitment }: { commitment: string }) {
  const t = useWords("commitment");
  const can = useCan();
  const all = useAll("/api/v1/config/{kind}", { params: { path: { kind: "commitments" } } });
  const undo = useUndo();
  const sentence = useSentence();
  return (
    <Card title={t("decisions.title")}>
      <Answer of={all} lines={2}>
        {({ rows }) => {
          const ours = rows.map((r) => ({ id: r.id, entry: r.spec as Entry })).filter((r) => r.entry.id === commitment);
          if (ours.length === 0) return <Text size="sm" c="dimmed">{t("decisions.none")}</Text>;
          return (
            <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
              {ours.map(({ id, entry }) => (
                <Group key={id} component="li" justify="space-between" wrap="nowrap" gap="sm" py="xs" style={{ borderTop: "1px solid var(--rule)" }}>
                  <Text size="md">{sentence(entry)}</Text>
                  {can("config.write") && <Button size="compact-sm" variant="default" leftSection={<IconArrowBackUp size={14} aria-hidden />} onClick={() => void undo(id, sentence(entry))}>{t("decisions.undo")}</Button>}
                </Group>
              ))}
            </Stack>
          );
        }}
      </Answer>
    </Card>
  );
}

/** A decision in words: "1 unit to acme-main, from October 2026 on". */
function useSentence(): (e: Entry) => string {
  const t = useWords("commitment");
  const f = useFormats();
  const code = useCodes();
  const group = useGroupName();
  return (e) => {
    const to = e.give_to?.account ?? (e.give_to?.group ? group(e.give_to.group) : undefined);
    const units = e.units ? t("decisions.units", { units: e.units }) : t("decisions.allUnits");
    const what = to ? t("decisions.given", { units, to }) : t("decisions.kept", { units });
    const time = e.from && e.to ? t("decisions.between", { from: f.period(e.from), to: f.period(e.to) }) : e.from ? t("decisions.from", { from: f.period(e.from) }) : t("decisions.always");
    return [what, e.policy ? code("policy", e.policy) : "", time].filter(Boolean).join(" · ");
  };
}

/** Takes a decision back; where closed months are in the way, with a reason. */
function useUndo(): (id: string, sentence: string) => Promise<void> {
  const t = useWords("commitment");
  const can = useCan();
  const confirm = useConfirm();
  const explain = useExplain();
  const remove = useChange("delete", "/api/v1/config/{kind}/{id}");
  return async (id, sentence) => {
    const path = { kind: "commitments", id };
    if (!await confirm({ title: t("decisions.undoTitle"), yes: t("decisions.undo"), children: t("decisions.undoHelp", { decision: sentence }) })) return;
    try {
      await remove.mutateAsync({ params: { path } }).catch(async (error: unknown) => {
        if (!(error instanceof Problem) || error.code !== "closed-month" || !can("closed.change")) throw error;
        const forced = await confirm({ title: t("decisions.closedTitle"), yes: t("decisions.undo"), danger: true, reason: true, children: error.message });
        if (!forced) throw new Forgone();
        await remove.mutateAsync({ params: { path, query: { force: true, reason: forced.reason } } });
      });
      told(t("decisions.undone"));
    } catch (error) {
      if (!(error instanceof Forgone)) refused(t("decisions.notUndone"), explain(error));
    }
  };
}

class Forgone extends Error {}
