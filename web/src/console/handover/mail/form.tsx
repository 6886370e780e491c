import { Button, Group, NumberInput, PasswordInput, SegmentedControl, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { changeOnce } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { useFormats } from "../../../ui/format";
import { useCan } from "../../../ui/me";
import { Card } from "../../../ui/page";
import { Notice, useExplain } from "../../../ui/state";
import { told } from "../../../ui/told";
import { useWords } from "../../../words/words";
import { useDoing } from "../../setting/doing";
import { asksPassword, bodyOf, type Draft, draftOf, type MailServer, portOf, securities, type Security } from "./server";

/** The mail server's settings. Secrets are written and never shown. */
export function ServerForm({ server, tell }: { server: MailServer; tell: (changed: boolean) => void }) {
  const t = useWords("mail");
  const f = useFormats();
  const can = useCan();
  const explain = useExplain();
  const confirm = useConfirm();
  const act = useDoing(["/api/v1/mail"]);
  const begun = draftOf(server);
  const [now, setNow] = useState(begun);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const write = can("config.write");
  const changed = JSON.stringify(now) !== JSON.stringify(begun);
  const set = (part: Partial<Draft>) => { const next = { ...now, ...part }; setNow(next); tell(JSON.stringify(next) !== JSON.stringify(begun)); };
  const needed = asksPassword(now, server);
  const signs = now.domain.trim() !== "" || now.selector.trim() !== "";
  const ready = now.host.trim() !== "" && (!needed || now.password !== "") && (!signs || (now.domain.trim() !== "" && now.selector.trim() !== "" && (server.has_dkim_key || now.key.trim() !== "")));
  const query = { params: { query: { organization: server.organization } } };
  const at = (field: string) => problem?.at(field);
  const elsewhere = problem && !["host", "port", "security", "user", "password", "helo", "bounces", "dkim_domain", "dkim_selector", "dkim_key"].some(at);

  async function save() {
    setBusy(true);
    setProblem(undefined);
    await act(t("notSaved"), async () => {
      try {
        await changeOnce("put", "/api/v1/mail/server", { ...query, body: bodyOf(now, server) });
        tell(false);
        told(t("saved"));
      } catch (error) {
        setProblem(error as Problem);
      }
    });
    setBusy(false);
  }
  async function remove() {
    const yes = await confirm({ title: t("removeTitle"), children: t(server.organization === "reseller" ? "removeHelp" : "removeHelpBelow"), yes: t("remove"), danger: true });
    if (yes) await act(t("notSaved"), () => changeOnce("delete", "/api/v1/mail/server", query), t("removed"));
  }
  return (
    <Card title={t("form")}>
      <form onSubmit={(e) => { e.preventDefault(); void save(); }} autoComplete="off">
        <Stack gap="sm">
          {elsewhere && <Notice tone="bad">{problem.at("body") ?? explain(problem)}</Notice>}
          <TextInput label={t("host")} description={t("hostHelp")} required disabled={!write} placeholder={"smtp.example.com"} value={now.host} error={at("host")} onChange={(e) => set({ host: e.currentTarget.value })} />
          <Group align="flex-start" gap="sm">
            <Stack gap={4}>
              <Text size="sm" fw={500}>{t("security")}</Text>
              <SegmentedControl aria-label={t("security")} disabled={!write} value={now.security} onChange={(v) => set({ security: v as Security })} data={securities.map((value) => ({ value, label: t(`securities.${value}`) }))} />
            </Stack>
            <NumberInput label={t("port")} w={110} min={1} max={65535} allowDecimal={false} hideControls disabled={!write} placeholder={String(portOf[now.security])} value={now.port} error={at("port")} onChange={(v) => set({ port: v === "" ? "" : String(v) })} />
          </Group>
          <Text size="sm" c="dimmed">{t(`securityHelp.${now.security}`)}</Text>
          {at("security") && <Notice tone="bad">{at("security")}</Notice>}
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label={t("user")} description={t("userHelp")} autoComplete="off" disabled={!write} value={now.user} error={at("user")} onChange={(e) => set({ user: e.currentTarget.value })} />
            {(now.user.trim() !== "" || now.password !== "") && write && (
              <PasswordInput label={t("password")} description={needed ? (server.has_password ? t("passwordAgain") : t("passwordHelp")) : t("passwordKept")} required={needed} autoComplete="new-password" placeholder={needed ? undefined : "••••••••"} value={now.password} error={at("password")} onChange={(e) => set({ password: e.currentTarget.value })} />
            )}
          </SimpleGrid>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label={t("helo")} description={t("heloHelp")} disabled={!write} value={now.helo} error={at("helo")} onChange={(e) => set({ helo: e.currentTarget.value })} />
            <TextInput label={t("bounces")} description={t("bouncesHelp")} type="email" disabled={!write} placeholder={server.from} value={now.bounces} error={at("bounces")} onChange={(e) => set({ bounces: e.currentTarget.value })} />
          </SimpleGrid>
          <Title order={3} mt="xs">{t("dkim")}</Title>
          <Text size="sm" c="dimmed">{t("dkimHelp")}</Text>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label={t("domain")} disabled={!write} placeholder={server.from?.split("@")[1] ?? "example.com"} value={now.domain} error={at("dkim_domain")} onChange={(e) => set({ domain: e.currentTarget.value })} />
            <TextInput label={t("selector")} disabled={!write} placeholder={"sluice"} value={now.selector} error={at("dkim_selector")} onChange={(e) => set({ selector: e.currentTarget.value })} />
          </SimpleGrid>
          {signs && write && <Textarea label={t("key")} description={t(server.has_dkim_key ? "keyKept" : "keyHelp")} required={!server.has_dkim_key} autosize minRows={3} maxRows={8} spellCheck={false} classNames={{ input: "id" }} placeholder={"-----BEGIN PRIVATE KEY-----"} value={now.key} error={at("dkim_key")} onChange={(e) => set({ key: e.currentTarget.value })} />}
          {write && (
            <Group justify="space-between" mt="xs">
              {server.version > 0 ? <Button variant="subtle" color="red" onClick={() => void remove()}>{t("remove")}</Button> : <span />}
              <Button type="submit" loading={busy} disabled={!ready || !changed}>{t("save")}</Button>
            </Group>
          )}
          {server.changed_by && server.changed_at && <Text size="sm" c="dimmed">{t("changedBy", { who: server.changed_by, when: f.time(server.changed_at) })}</Text>}
        </Stack>
      </form>
    </Card>
  );
}
