import { Button, Group, NumberInput, SegmentedControl, SimpleGrid, Stack, Text, Textarea, TextInput, PasswordInput } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useState } from "react";

import { useChange } from "../../../api/query";
import { Notice, useExplain } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { targetOf } from "../target";
import { FolderField } from "./folder";
import type { Part } from "./form";
import { asksAgain } from "./wish";

/** A server of the customer's, its key, and what opens it. */
export function SFTPFields(part: Part) {
  const t = useWords("handover");
  const { draft, put, fault, readOnly } = part;
  const place = draft.place;
  const set = (more: Partial<typeof place>) => put({ place: { ...place, ...more } });
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <TextInput label={t("sftp.host")} required disabled={readOnly} placeholder={"files.example.com"} value={place.host} onChange={(e) => set({ host: e.currentTarget.value.trim() })} />
        <NumberInput label={t("sftp.port")} disabled={readOnly} placeholder={"22"} min={1} max={65535} allowDecimal={false} hideControls value={place.port} onChange={(v) => set({ port: v === "" ? "" : String(v) })} />
        <TextInput label={t("sftp.user")} required disabled={readOnly} autoComplete="off" value={place.user} onChange={(e) => set({ user: e.currentTarget.value })} />
      </SimpleGrid>
      <FolderField {...part} />
      <HostKey {...part} />
      <Secret {...part} error={fault("secret")} />
    </Stack>
  );
}

/** The key by which the server is known: shown by it, compared by a person, then kept. */
function HostKey({ draft, put, fault, readOnly }: Part) {
  const t = useWords("handover");
  const explain = useExplain();
  const ask = useChange("post", "/api/v1/handover/host-key", { refreshes: [] });
  const ready = draft.place.host.trim() !== "" && draft.place.user.trim() !== "";
  const shown = ask.data?.host_key;
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput label={t("sftp.hostKey")} description={t("sftp.hostKeyHelp")} required disabled={readOnly} placeholder={"SHA256:…"} style={{ flex: 1 }} classNames={{ input: "id" }} value={draft.hostKey} error={fault("host_key")} onChange={(e) => put({ hostKey: e.currentTarget.value })} />
        {!readOnly && <Button variant="default" leftSection={<IconFingerprint size={16} aria-hidden />} disabled={!ready} loading={ask.isPending} onClick={() => ask.mutate({ body: { target: targetOf("sftp", draft.place)! } })}>{t("sftp.ask")}</Button>}
      </Group>
      {ask.isError && <Notice tone="bad">{explain(ask.error)}</Notice>}
      {shown && shown !== draft.hostKey.trim() && (
        <Notice tone="warn" title={t("sftp.compare")} action={<Button size="compact-sm" variant="default" onClick={() => { put({ hostKey: shown }); ask.reset(); }}>{t("sftp.use")}</Button>}>
          <Text className="id" style={{ overflowWrap: "anywhere" }}>{shown}</Text>
          <Text size="sm">{t("sftp.compareHelp")}</Text>
        </Notice>
      )}
      {shown && shown === draft.hostKey.trim() && <Text size="sm" c="var(--good)">{t("sftp.same")}</Text>}
    </Stack>
  );
}

function Secret({ draft, put, readOnly, route, error }: Part & { error?: string }) {
  const t = useWords("handover");
  const [kind, setKind] = useState<"password" | "key">("password");
  const again = asksAgain(draft, route);
  const help = again ? (route?.has_secret && route.by === "sftp" ? t("secret.again") : undefined) : t("secret.kept");
  if (readOnly) return null;
  return (
    <Stack gap="xs" align="stretch">
      <SegmentedControl w="fit-content" aria-label={t("secret.label")} value={kind} onChange={(v) => { setKind(v as "key"); put({ secret: "" }); }} data={[{ value: "password", label: t("secret.password") }, { value: "key", label: t("secret.key") }]} />
      {kind === "password"
        ? <PasswordInput label={t("secret.password")} description={help} required={again} autoComplete="new-password" value={draft.secret} error={error} onChange={(e) => put({ secret: e.currentTarget.value })} />
        : <Textarea label={t("secret.key")} description={[t("secret.keyHelp"), help].filter(Boolean).join(" ")} required={again} autosize minRows={4} maxRows={10} spellCheck={false} classNames={{ input: "id" }} placeholder={"-----BEGIN OPENSSH PRIVATE KEY-----"} value={draft.secret} error={error} onChange={(e) => put({ secret: e.currentTarget.value })} />}
    </Stack>
  );
}
