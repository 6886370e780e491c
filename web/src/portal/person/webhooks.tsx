import { Button, Group, Modal, MultiSelect, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconWebhook } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";

import { type RowOf, useAll, useChange } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { Card, Page } from "../../ui/page";
import { Answer, Empty, State, useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";
import { hasWord, useWords } from "../../words/words";
import { useOrganization } from "../frame";
import { Secret } from "./invite";

type Webhook = RowOf<"/api/v1/webhooks">;

// Of what happens, that which concerns customers.
const events = ["invoice.*", "payment.*"] as const;

/** Addresses of one's own systems that are told what happens. */
export default function Webhooks() {
  const t = useWords("person");
  const hooks = useAll("/api/v1/webhooks");
  const [adding, add] = useDisclosure();
  const [secret, setSecret] = useState("");
  return (
    <Page title={t("hook.title")} question={t("hook.question")} path={[{ title: t("title"), to: "/people" }]} actions={<Button onClick={add.open}>{t("hook.add")}</Button>}>
      <Card flush label={t("hook.title")}>
        <Answer of={hooks} lines={4}>{({ rows }) => rows.length === 0 ? <Empty icon={IconWebhook} title={t("hook.none")}>{t("hook.noneHelp")}</Empty> : rows.map((h) => <One key={h.id} hook={h} told={setSecret} />)}</Answer>
      </Card>
      <Add opened={adding} close={add.close} done={setSecret} />
      {secret && <Secret title={t("hook.made")} help={t("hook.madeHelp")} label={t("hook.secret")} value={secret} close={() => setSecret("")} />}
    </Page>
  );
}

function useKindName() {
  const t = useWords("person");
  return (kind: string) => { const key = kind.replace(/\W+/g, "-"); return hasWord("person", `event.${key}`) ? t(`event.${key as "invoice-"}`) : kind; };
}

function One({ hook: h, told: shown }: { hook: Webhook; told: (secret: string) => void }) {
  const t = useWords("person");
  const explain = useExplain();
  const confirm = useConfirm();
  const kindName = useKindName();
  const options = { refreshes: ["/api/v1/webhooks"] };
  const path = { params: { path: { id: h.id } } };
  const test = useChange("post", "/api/v1/webhooks/{id}/test", options);
  const rotate = useChange("post", "/api/v1/webhooks/{id}/rotate", options);
  const remove = useChange("delete", "/api/v1/webhooks/{id}", options);
  const change = useChange("patch", "/api/v1/webhooks/{id}", options);
  const failed = { onError: (error: unknown) => refused(t("notDone", { name: h.url }), explain(error)) };
  async function take() {
    if (await confirm({ title: t("hook.removeTitle"), children: t("hook.removeHelp", { url: h.url }), yes: t("remove"), danger: true })) remove.mutate(path, failed);
  }
  async function renew() {
    if (await confirm({ title: t("hook.rotate"), children: t("hook.rotateHelp"), yes: t("hook.rotate") })) rotate.mutate(path, { ...failed, onSuccess: (made) => shown(made.secret) });
  }
  return (
    <Stack gap={6} px="md" py="sm" style={{ boxShadow: "0 -1px 0 var(--rule)" }}>
      <Group gap="xs"><Text fw={560} style={{ overflowWrap: "anywhere" }}>{h.url}</Text>{h.active ? <State tone="good">{t("hook.active")}</State> : <State tone="warn">{t("hook.off")}</State>}</Group>
      <Text size="sm" c="dimmed">{[h.description, h.kinds.map(kindName).join(" · ")].filter(Boolean).join(" — ")}</Text>
      {h.disabled && <Text size="sm" c="var(--warn)">{h.disabled}</Text>}
      <Group gap="xs">
        <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate(path, { ...failed, onSuccess: () => told(t("hook.tested")) })}>{t("hook.test")}</Button>
        <Button size="xs" variant="default" onClick={() => change.mutate({ ...path, body: { active: !h.active } }, failed)}>{h.active ? t("hook.turnOff") : t("hook.turnOn")}</Button>
        <Button size="xs" variant="default" onClick={() => void renew()}>{t("hook.rotate")}</Button>
        <Button size="xs" variant="subtle" color="red" onClick={() => void take()}>{t("remove")}</Button>
      </Group>
    </Stack>
  );
}

function Add({ opened, close, done }: { opened: boolean; close: () => void; done: (secret: string) => void }) {
  const t = useWords("person");
  const explain = useExplain();
  const kindName = useKindName();
  const organization = useOrganization().id;
  const [url, setURL] = useState("");
  const [description, setDescription] = useState("");
  const [kinds, setKinds] = useState<string[]>([...events]);
  const add = useChange("post", "/api/v1/webhooks", { refreshes: ["/api/v1/webhooks"] });
  function create(event: FormEvent) {
    event.preventDefault();
    add.mutate({ body: { url: url.trim(), description: description.trim() || undefined, kinds, organization } }, { onSuccess: (made) => { close(); setURL(""); done(made.secret); } });
  }
  return (
    <Modal opened={opened} onClose={close} title={t("hook.add")} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={create}>
        <Stack gap="sm">
          <TextInput type="url" label={t("hook.url")} description={t("hook.urlHelp")} required value={url} onChange={(e) => setURL(e.currentTarget.value)} error={add.error?.at("url")} data-autofocus />
          <TextInput label={t("hook.description")} value={description} onChange={(e) => setDescription(e.currentTarget.value)} maxLength={200} />
          <MultiSelect label={t("hook.kinds")} value={kinds} onChange={setKinds} data={events.map((k) => ({ value: k, label: kindName(k) }))} error={add.error?.at("kinds")} />
          {add.error && <Text size="sm" c="var(--bad)" role="alert">{explain(add.error)}</Text>}
          <Group justify="flex-end" gap="xs"><Button variant="default" onClick={close}>{t("cancel")}</Button><Button type="submit" loading={add.isPending} disabled={!url.trim() || kinds.length === 0}>{t("hook.add")}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
