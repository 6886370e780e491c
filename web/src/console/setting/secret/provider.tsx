import { Button, Checkbox, Group, Modal, PasswordInput, SimpleGrid, Stack, TagsInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { changeOnce, refresh, type Schema } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { Notice, useExplain } from "../../../ui/state";
import { refused, told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { type Draft, Grants, whole } from "../people/grants";

export type Provider = Schema<"IdentityProvider">;

const lists = ["/api/v1/sign-on-providers"];

/** A provider of single sign-on, set up or changed. The server asks it at once whether it is there. */
export function ProviderForm({ given, taken, close }: { given?: Provider; taken: string[]; close: () => void }) {
  const t = useWords("setting");
  const ui = useWords("ui");
  const explain = useExplain();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const [now, setNow] = useState({ id: "", name: "", issuer: "", client_id: "", domains: [] as string[], just_in_time: false, second_factor: false, active: true, ...given });
  const [grants, setGrants] = useState<Draft[]>(given?.grants ?? []);
  const [secret, setSecret] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const put = (part: Partial<typeof now>) => setNow({ ...now, ...part });
  const clash = !given && taken.includes(now.id);
  const ready = now.id && now.name && now.issuer && now.client_id && !clash && (!now.just_in_time || (now.domains.length > 0 && grants.length > 0 && whole(grants)));

  async function save() {
    if (!ready) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await changeOnce("put", "/api/v1/sign-on-providers/{id}", { params: { path: { id: now.id } }, body: {
        name: now.name, issuer: now.issuer, client_id: now.client_id, domains: now.domains, just_in_time: now.just_in_time, second_factor: now.second_factor, active: now.active,
        ...(now.just_in_time && whole(grants) ? { grants } : {}), ...(secret ? { client_secret: secret } : {}),
      } });
      await refresh(queries, lists);
      told(t("provider.done", { name: now.name }));
      close();
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  async function remove() {
    const yes = await confirm({ title: t("provider.removeTitle", { name: given!.name }), children: t("provider.removeHelp"), yes: t("provider.remove"), danger: true });
    if (!yes) return;
    try {
      await changeOnce("delete", "/api/v1/sign-on-providers/{id}", { params: { path: { id: given!.id } } });
      await refresh(queries, lists);
      close();
    } catch (error) {
      refused(t("secret.failed"), explain(error));
    }
  }
  return (
    <Modal opened onClose={close} size="lg" title={given ? t("provider.edit", { name: given.name }) : t("provider.add")} closeButtonProps={{ "aria-label": ui("close") }}>
      <form onSubmit={(e) => { e.preventDefault(); void save(); }} autoComplete="off">
        <Stack gap="sm">
          {problem && <Notice tone="bad">{explain(problem)}</Notice>}
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label={t("provider.button")} description={t("provider.buttonHelp")} placeholder={"Microsoft Entra ID"} required maxLength={100} value={now.name} error={problem?.at("name")} onChange={(e) => put({ name: e.currentTarget.value })} data-autofocus />
            <TextInput label={t("provider.id")} description={t("provider.idHelp")} placeholder={"entra"} required disabled={!!given} pattern="[a-z0-9][a-z0-9\-]*" maxLength={80} value={now.id} error={clash && t("provider.taken")} onChange={(e) => put({ id: e.currentTarget.value.trim() })} />
          </SimpleGrid>
          <TextInput label={t("secret.issuer")} description={t("provider.issuerHelp")} placeholder={"https://login.example.com"} type="url" required value={now.issuer} error={problem?.at("issuer")} onChange={(e) => put({ issuer: e.currentTarget.value.trim() })} />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label={t("provider.client")} description={t("provider.clientHelp")} required value={now.client_id} error={problem?.at("client_id")} onChange={(e) => put({ client_id: e.currentTarget.value.trim() })} />
            <PasswordInput label={t("provider.secret")} description={given ? t("provider.secretStays") : t("secret.valueHelp")} autoComplete="new-password" value={secret} onChange={(e) => setSecret(e.currentTarget.value)} />
          </SimpleGrid>
          <TagsInput label={t("secret.domains")} description={t("provider.domainsHelp")} placeholder={now.domains.length ? undefined : "example.com"} acceptValueOnBlur value={now.domains} onChange={(domains) => put({ domains })} />
          <Checkbox label={t("provider.active")} checked={now.active} onChange={(e) => put({ active: e.currentTarget.checked })} />
          <Checkbox label={t("provider.factor")} description={t("provider.factorHelp")} checked={now.second_factor} onChange={(e) => put({ second_factor: e.currentTarget.checked })} />
          <Checkbox label={t("provider.makes")} description={t("provider.makesHelp")} checked={now.just_in_time} onChange={(e) => put({ just_in_time: e.currentTarget.checked })} />
          {now.just_in_time && <Grants grants={grants} change={setGrants} />}
          <Group justify="space-between">
            {given ? <Button variant="subtle" color="red" onClick={() => void remove()}>{t("provider.remove")}</Button> : <span />}
            <Group gap="xs">
              <Button variant="default" onClick={close}>{ui("cancel")}</Button>
              <Button type="submit" loading={busy} disabled={!ready}>{ui("save")}</Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
