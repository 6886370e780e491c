import { Button, CopyButton, Group, Modal, Stack, Tabs, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../api/problem";
import { changeOnce, refresh } from "../../api/query";
import { Card } from "../../ui/page";
import { Notice, useExplain } from "../../ui/state";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { useSection } from "../group/declared";
import classes from "./backend.module.css";
import { freeId, idOf, touched } from "./known";
import { type OwnProvider, ProviderPick } from "./provider";
import { curl, example } from "./pushed_state";

/** How a bill is sent: from the command line, or by a program. */
export function Pushing({ source, period }: { source?: string; period: string }) {
  const t = useWords("backend");
  const name = source ?? "acme-cloud";
  return (
    <Card title={t("pushing.title")}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t("pushing.help")}</Text>
        <Tabs defaultValue="cli" keepMounted={false}>
          <Tabs.List aria-label={t("pushing.ways")} mb="sm">
            <Tabs.Tab value="cli">{t("pushing.cli")}</Tabs.Tab>
            <Tabs.Tab value="api">{t("pushing.api")}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="cli">
            <Stack gap="xs">
              <Copied text={`sluice bill push ${period}.json`} />
              <Text size="sm" c="dimmed">{t("pushing.file", { file: `${period}.json` })}</Text>
              <Copied text={example(name, period)} />
            </Stack>
          </Tabs.Panel>
          <Tabs.Panel value="api"><Copied text={curl(window.location.origin, name, period)} /></Tabs.Panel>
        </Tabs>
      </Stack>
    </Card>
  );
}

function Copied({ text }: { text: string }) {
  const ui = useWords("ui");
  return (
    <div>
      <pre className={classes.code}>{text}</pre>
      <Group justify="flex-end" mt={4}>
        <CopyButton value={text}>{({ copied, copy }) => <Button size="compact-xs" variant="subtle" color="gray" leftSection={copied ? <IconCheck size={12} aria-hidden /> : <IconCopy size={12} aria-hidden />} onClick={copy}>{copied ? ui("copied") : ui("copy")}</Button>}</CopyButton>
      </Group>
    </div>
  );
}

/** Declares a vendor whose bills are sent: the provider, whose months they are, and the source to which they go, all at once. */
export function ReceiverForm({ opened, taken, close }: { opened: boolean; taken: string[]; close: () => void }) {
  const t = useWords("backend");
  const ui = useWords("ui");
  return (
    <Modal opened={opened} onClose={close} size="lg" title={t("pushed.addReceiver")} closeButtonProps={{ "aria-label": ui("close") }}>
      {opened && <Form taken={taken} close={close} />}
    </Modal>
  );
}

function Form({ taken, close }: { taken: string[]; close: () => void }) {
  const t = useWords("backend");
  const ui = useWords("ui");
  const explain = useExplain();
  const queries = useQueryClient();
  const providers = useSection<OwnProvider>("providers");
  const payers = useSection<{ provider: string }>("payers");
  const [provider, setProvider] = useState<{ id: string; fresh?: OwnProvider }>({ id: "", fresh: undefined });
  const [name, setName] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const of = provider.fresh?.id ?? provider.id;
  const used = [...taken, ...payers.keys()];
  const id = name ?? freeId(idOf(of), used);
  const clash = used.includes(id);
  const ready = of !== "" && id !== "" && !clash && (!provider.fresh || provider.fresh.name.trim() !== "");

  async function save() {
    if (!ready) return;
    setBusy(true);
    setProblem(undefined);
    const title = provider.fresh?.name ?? providers.get(of)?.name ?? of;
    try {
      await changeOnce("post", "/api/v1/config/apply", { body: { config: {
        ...(provider.fresh ? { providers: [provider.fresh] } : {}),
        payers: [{ id, name: title, provider: of, finality: "period-end" }],
        sources: [{ name: id, kind: "pushed", payer: id }],
      } } });
      await refresh(queries, touched);
      told(t("pushed.receiverMade", { name: id }));
      close();
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  return (
    <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t("pushed.receiverHelp")}</Text>
        {problem && <Notice tone="bad">{explain(problem)}{!!problem.body.errors?.length && <ul>{problem.body.errors.map((x, i) => <li key={i}>{x.message}</li>)}</ul>}</Notice>}
        <ProviderPick own={[...providers.values()]} value={provider.id} fresh={provider.fresh} mayAdd choose={(chosen, fresh) => setProvider({ id: chosen, fresh })} />
        <TextInput label={t("pushed.receiverName")} description={t("pushed.receiverNameHelp")} required pattern="[A-Za-z0-9_\-][A-Za-z0-9._\-]*" maxLength={100} value={id} error={clash && t("form.taken")} onChange={(e) => setName(e.currentTarget.value.trim())} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button type="submit" loading={busy} disabled={!ready}>{ui("add")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
