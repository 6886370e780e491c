import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import { Problem } from "../../../api/problem";
import { changeOnce, type Schema } from "../../../api/query";
import { useCan } from "../../../ui/me";
import { Facts } from "../../../ui/page";
import { Notice, useExplain } from "../../../ui/state";
import { told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { useKindName } from "../kinds";
import { planOf } from "./plan";

interface Missing {
  payer: string;
  kind: string;
  url: string;
  /** That reads the source; without one the payer's own makes the export. */
  credential?: string;
  /** It is there now: what was looked at can be looked at again. */
  made: () => void;
}

/** Makes an export that AWS does not have, where it can be made and one may. */
export function MakeExport(missing: Missing) {
  const t = useWords("connect");
  const ui = useWords("ui");
  const can = useCan();
  const [opened, setOpened] = useState(false);
  const plan = planOf(missing);
  if (!plan || !can("config.write")) return null;
  return (
    <>
      <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setOpened(true)}>{t("export.make")}</Button>
      <Modal opened={opened} onClose={() => setOpened(false)} size="lg" title={t("export.title")} closeButtonProps={{ "aria-label": ui("close") }}>
        {opened && <Form plan={plan} made={() => { setOpened(false); missing.made(); }} close={() => setOpened(false)} />}
      </Modal>
    </>
  );
}

function Form({ plan, made, close }: { plan: Schema<"CreateExportInputBody">; made: () => void; close: () => void }) {
  const t = useWords("connect");
  const ui = useWords("ui");
  const explain = useExplain();
  const kindName = useKindName();
  const [name, setName] = useState(plan.export ?? "");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  async function make() {
    setBusy(true);
    setProblem(undefined);
    try {
      const done = await changeOnce("post", "/api/v1/sources/export", { body: { ...plan, export: name.trim() } });
      told(t(done.made ? "export.made" : "export.there", { name: done.name }));
      made();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }
  const fault = problem?.at("export");
  return (
    <form onSubmit={(e) => { e.preventDefault(); void make(); }}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">{t("export.help")}</Text>
        {problem && !fault && <Notice tone="bad" title={t("export.notMade")}>{explain(problem)}</Notice>}
        <TextInput label={t("template.export")} description={t("template.exportHelp")} required data-autofocus maxLength={256} classNames={{ input: "id" }} spellCheck={false} value={name} error={fault} onChange={(e) => { setProblem(undefined); setName(e.currentTarget.value); }} />
        <Facts of={[
          [t("kind.label"), kindName(plan.kind ?? "")],
          [t("payer"), <span key="p" className="id">{plan.payer}</span>],
          [t("template.bucket"), <span key="b" className="id">{plan.bucket}</span>],
          [t("template.region"), <span key="r" className="id">{plan.region}</span>],
          [t("template.prefix"), <span key="f" className="id">{plan.prefix}</span>],
          [t("credential"), plan.credential ? <span key="c" className="id">{plan.credential}</span> : t("export.payersOwn")],
        ]} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button type="submit" loading={busy} disabled={!name.trim()}>{t("export.yes")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
