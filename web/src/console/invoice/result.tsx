import { Button, Group, Modal, Stack, Text } from "@mantine/core";

import { State, type Tone } from "../../ui/state";
import { useWords } from "../../words/words";
import type { Result } from "./bulk";
import type { Outcome } from "./outcome";

const tones: Record<Outcome["result"], Tone> = { done: "good", same: "quiet", refused: "bad", waiting: "quiet" };

/** Shows row by row what was done where not everything was, and goes on with the rest. */
export function ResultWindow({ result, close, goOn, names }: { result: Result | undefined; close: () => void; goOn: (result: Result, ids: string[]) => void; names: Map<string, string> }) {
  const t = useWords("invoice");
  const ui = useWords("ui");
  const waiting = result?.outcomes.filter((o) => o.result === "waiting").map((o) => o.id) ?? [];
  const done = result?.outcomes.filter((o) => o.result === "done" || o.result === "same").length ?? 0;
  return (
    <Modal opened={!!result} onClose={close} size="lg" title={t("result.title", { done, of: result?.outcomes.length ?? 0 })} closeButtonProps={{ "aria-label": ui("close") }}>
      <Stack gap="md">
        <Stack component="ul" gap={0} m={0} p={0} style={{ listStyle: "none" }}>
          {result?.outcomes.map((o) => (
            <Group component="li" key={o.id} align="flex-start" gap="sm" py={8} wrap="nowrap" style={{ borderBottom: "1px solid var(--rule)" }}>
              <div style={{ flex: 1, minWidth: 0 }}>
                <Text>{names.get(o.id) ?? o.id}</Text>
                <Text size="xs" className="id soft">{o.number ?? o.id}</Text>
                {o.why && <Text size="sm" c="var(--bad)" mt={4}>{[o.why.detail, o.why.hint].filter(Boolean).join(" ")}</Text>}
              </div>
              <State tone={tones[o.result]}>{t(`result.${o.result}`)}</State>
            </Group>
          ))}
        </Stack>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("close")}</Button>
          {result && waiting.length > 0 && <Button onClick={() => goOn(result, waiting)}>{t("result.goOn", { count: waiting.length })}</Button>}
        </Group>
      </Stack>
    </Modal>
  );
}
