import { Button, Group, Modal, MultiSelect, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";

import { useAll, useChange } from "../../api/query";
import { useConfirm } from "../../ui/confirm";
import { useFormats } from "../../ui/format";
import { Card, Page } from "../../ui/page";
import { Answer, Empty, State, useExplain } from "../../ui/state";
import { refused } from "../../ui/told";
import { hasWord, useWords } from "../../words/words";
import { useOrganization } from "../frame";
import { Secret } from "./invite";

/** One's own tokens for the API. */
export default function Tokens() {
  const t = useWords("person");
  const f = useFormats();
  const confirm = useConfirm();
  const explain = useExplain();
  const tokens = useAll("/api/v1/me/tokens");
  const remove = useChange("delete", "/api/v1/me/tokens/{id}", { refreshes: ["/api/v1/me/tokens"] });
  const [making, make] = useDisclosure();
  const [secret, setSecret] = useState("");
  const now = new Date().toISOString();
  async function end(id: string, name: string) {
    if (!(await confirm({ title: t("token.endTitle", { name }), children: t("token.endHelp"), yes: t("token.end"), danger: true }))) return;
    remove.mutate({ params: { path: { id } } }, { onError: (error) => refused(t("notDone", { name }), explain(error)) });
  }
  return (
    <Page title={t("token.title")} question={t("token.question")} path={[{ title: t("title"), to: "/people" }]} actions={<><Button component="a" href="/docs" variant="default">{t("token.docs")}</Button><Button onClick={make.open}>{t("token.make")}</Button></>}>
      <Card flush label={t("token.title")}>
        <Answer of={tokens} lines={4}>
          {({ rows }) => rows.length === 0 ? <Empty icon={IconKey} title={t("token.none")}>{t("token.noneHelp")}</Empty> : rows.map((k) => (
            <Group key={k.id} px="md" py="sm" gap="md" justify="space-between" style={{ boxShadow: "0 -1px 0 var(--rule)" }}>
              <div style={{ minWidth: 0 }}>
                <Group gap="xs"><Text fw={560}>{k.name}</Text>{k.expires_at < now && <State tone="quiet">{t("token.expired")}</State>}</Group>
                <Text size="sm" c="dimmed">{t("token.until", { time: f.time(k.expires_at) })}</Text>
                <Text size="sm" c="dimmed">{k.used_at ? t("token.used", { time: f.time(k.used_at) }) : t("token.unused")}</Text>
              </div>
              <Button variant="default" size="xs" onClick={() => void end(k.id, k.name)} aria-label={t("token.endThis", { name: k.name })}>{t("token.end")}</Button>
            </Group>
          ))}
        </Answer>
      </Card>
      <Make opened={making} close={make.close} done={setSecret} />
      {secret && <Secret title={t("token.made")} help={t("token.madeHelp")} label={t("token.secret")} value={secret} close={() => setSecret("")} />}
    </Page>
  );
}

function Make({ opened, close, done }: { opened: boolean; close: () => void; done: (secret: string) => void }) {
  const t = useWords("person");
  const explain = useExplain();
  const { permissions } = useOrganization();
  const [name, setName] = useState("");
  const [days, setDays] = useState<string | number>(90);
  const [scopes, setScopes] = useState<string[]>(() => permissions.filter((p) => p.endsWith(".read")));
  const make = useChange("post", "/api/v1/me/tokens", { refreshes: ["/api/v1/me/tokens"] });
  function create(event: FormEvent) {
    event.preventDefault();
    make.mutate({ body: { name: name.trim(), days: Math.round(Number(days)) || 90, scopes } }, { onSuccess: (made) => { close(); setName(""); done(made.secret); } });
  }
  const words = (p: string) => (hasWord("person", `permission.${p.replace(".", "-")}`) ? t(`permission.${p.replace(".", "-") as "usage-read"}`) : p);
  return (
    <Modal opened={opened} onClose={close} title={t("token.make")} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={create}>
        <Stack gap="sm">
          <TextInput label={t("token.name")} description={t("token.nameHelp")} required maxLength={100} value={name} onChange={(e) => setName(e.currentTarget.value)} error={make.error?.at("name")} data-autofocus />
          <NumberInput label={t("token.days")} suffix={t("token.daysUnit")} min={1} max={365} value={days} onChange={setDays} error={make.error?.at("days")} />
          <MultiSelect label={t("token.scopes")} value={scopes} onChange={setScopes} data={permissions.map((p) => ({ value: p, label: words(p) }))} error={make.error?.at("scopes")} />
          {make.error && <Text size="sm" c="var(--bad)" role="alert">{explain(make.error)}</Text>}
          <Group justify="flex-end" gap="xs"><Button variant="default" onClick={close}>{t("cancel")}</Button><Button type="submit" loading={make.isPending} disabled={!name.trim() || scopes.length === 0}>{t("token.make")}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
