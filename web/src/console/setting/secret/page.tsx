import { ActionIcon, Button, Group, Modal, PasswordInput, Stack, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";

import { changeOnce, useAll } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { Card, Page } from "../../../ui/page";
import { Empty, Failed, State } from "../../../ui/state";
import { DataTable } from "../../../ui/table";
import { useWords } from "../../../words/words";
import { useDoing } from "../doing";
import { type Provider, ProviderForm } from "./provider";

/** Names of what is kept encrypted, and the ways to sign in with others. */
export default function SecretsPage() {
  const t = useWords("setting");
  const confirm = useConfirm();
  const act = useDoing(["/api/v1/secrets", "/api/v1/sign-on-providers"]);
  const [setting, setSetting] = useState(false);
  const [provider, setProvider] = useState<{ given?: Provider }>();
  const secrets = useAll("/api/v1/secrets");
  const providers = useAll("/api/v1/sign-on-providers");
  async function remove(name: string) {
    const yes = await confirm({ title: t("secret.removeTitle", { name }), children: t("secret.removeHelp"), yes: t("secret.remove"), danger: true });
    if (yes) await act(t("secret.failed"), () => changeOnce("delete", "/api/v1/secrets/{name}", { params: { path: { name } } }));
  }
  const add = <Button leftSection={<IconPlus size={15} />} onClick={() => setSetting(true)}>{t("secret.set")}</Button>;
  return (
    <Page title={t("place.secrets.title")} question={t("secret.question")} actions={add}>
      <Card flush title={t("secret.names")}>
        {secrets.error ? <Failed error={secrets.error} /> : (
          <DataTable
            name="secrets" label={t("secret.names")} plain rows={secrets.data?.rows} rowKey={(s) => s.name} empty={<Empty title={t("secret.none")}>{t("secret.noneHelp")}</Empty>}
            columns={[
              { id: "name", title: t("people.name"), kind: "id", value: (s) => s.name },
              { id: "by", title: t("audit.by"), value: (s) => s.by },
              { id: "at", title: t("secret.at"), kind: "time", value: (s) => s.updated_at },
              { id: "do", title: t("column.do"), value: () => undefined, show: (s) => <Tooltip label={t("secret.forget", { name: s.name })}><ActionIcon aria-label={t("secret.forget", { name: s.name })} onClick={() => void remove(s.name)}><IconTrash size={15} /></ActionIcon></Tooltip> },
            ]}
          />
        )}
      </Card>
      <Card flush title={t("secret.providers")} tools={<Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setProvider({})}>{t("provider.add")}</Button>}>
        {providers.error ? <Failed error={providers.error} /> : (
          <DataTable
            name="providers" label={t("secret.providers")} plain rows={providers.data?.rows} rowKey={(p) => p.id} onOpen={(given) => setProvider({ given })} empty={<Empty title={t("secret.noProviders")}>{t("secret.noProvidersHelp")}</Empty>}
            columns={[
              { id: "name", title: t("people.name"), value: (p) => p.name },
              { id: "issuer", title: t("secret.issuer"), kind: "id", value: (p) => p.issuer },
              { id: "domains", title: t("secret.domains"), value: (p) => p.domains.join(", ") },
              { id: "active", title: t("column.state"), value: (p) => String(p.active), show: (p) => <State tone={p.active ? "good" : "quiet"}>{p.active ? t("webhook.active") : t("webhook.off")}</State> },
            ]}
          />
        )}
      </Card>
      {provider && <ProviderForm given={provider.given} taken={providers.data?.rows.map((p) => p.id) ?? []} close={() => setProvider(undefined)} />}
      {setting && <Setting close={() => setSetting(false)} />}
    </Page>
  );
}

function Setting({ close }: { close: () => void }) {
  const t = useWords("setting");
  const ui = useWords("ui");
  const act = useDoing(["/api/v1/secrets"]);
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  async function save() {
    if (await act(t("secret.failed"), () => changeOnce("put", "/api/v1/secrets/{name}", { params: { path: { name } }, body: { value } }), t("secret.done", { name }))) close();
  }
  return (
    <Modal opened onClose={close} title={t("secret.set")} closeButtonProps={{ "aria-label": ui("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); void save(); }} autoComplete="off">
        <Stack gap="sm">
          <TextInput label={t("people.name")} placeholder={"source.prod-cur"} required value={name} onChange={(e) => setName(e.currentTarget.value)} data-autofocus />
          <PasswordInput label={t("secret.value")} description={t("secret.valueHelp")} required autoComplete="new-password" value={value} onChange={(e) => setValue(e.currentTarget.value)} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>{ui("cancel")}</Button>
            <Button type="submit" disabled={!name || !value}>{ui("save")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
