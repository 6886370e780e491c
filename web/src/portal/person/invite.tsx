import { Button, CopyButton, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { type Schema, useChange } from "../../api/query";
import { useFormats } from "../../ui/format";
import { useExplain } from "../../ui/state";
import { languages } from "../../words/words";
import { useWords } from "../../words/words";
import { useOrganization } from "../frame";
import { type Role, useRoleName } from "./role";

/** Asks somebody in. The link to join is shown once. */
export function Invite({ opened, close, roles, done }: { opened: boolean; close: () => void; roles: Role[]; done: (invited: Schema<"Invited">) => void }) {
  const t = useWords("person");
  const f = useFormats();
  const explain = useExplain();
  const roleName = useRoleName();
  const organization = useOrganization().id;
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<string | null>(null);
  const [locale, setLocale] = useState(f.language);
  const invite = useChange("post", "/api/v1/users", { refreshes: ["/api/v1/users"] });
  const chosen = role ?? roles.find((r) => r.id === "customer-viewer")?.id ?? roles[0]?.id ?? null;
  function ask(event: FormEvent) {
    event.preventDefault();
    if (!chosen) return;
    invite.mutate({ body: { email: email.trim(), name: name.trim() || undefined, locale, grants: [{ organization, role: chosen }] } }, {
      onSuccess: (answer) => {
        close();
        setEmail("");
        setName("");
        done(answer);
      },
    });
  }
  return (
    <Modal opened={opened} onClose={close} title={t("invite")} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={ask}>
        <Stack gap="sm">
          <TextInput type="email" label={t("email")} required value={email} onChange={(e) => setEmail(e.currentTarget.value)} error={invite.error?.at("email")} autoComplete="off" data-autofocus />
          <TextInput label={t("name")} description={t("nameHelp")} value={name} onChange={(e) => setName(e.currentTarget.value)} error={invite.error?.at("name")} autoComplete="off" />
          <Select label={t("roleLabel")} description={chosen === "customer-admin" ? t("adminHelp") : chosen === "customer-viewer" ? t("viewerHelp") : undefined} allowDeselect={false} value={chosen} onChange={setRole} data={roles.map((r) => ({ value: r.id, label: roleName(r) }))} />
          <Select label={t("language")} allowDeselect={false} value={locale} onChange={(v) => v && setLocale(v)} data={Object.entries(languages).map(([value, label]) => ({ value, label }))} />
          {invite.error && <Text size="sm" c="var(--bad)" role="alert">{explain(invite.error)}</Text>}
          <Group justify="flex-end" gap="xs"><Button variant="default" onClick={close}>{t("cancel")}</Button><Button type="submit" loading={invite.isPending} disabled={!chosen}>{t("inviteIt")}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}

export function InvitationLink({ invited, close }: { invited: Schema<"Invited"> | undefined; close: () => void }) {
  const t = useWords("person");
  const f = useFormats();
  if (!invited) return null;
  return (
    <Secret title={t("linkTitle", { name: invited.user.name || invited.user.email || "" })} help={t("linkHelp", { time: f.time(invited.expires) })} label={t("link")} value={invited.link} close={close} />
  );
}

/** What is shown only now, to be copied. */
export function Secret({ title, help, label, value, close }: { title: string; help: string; label: string; value: string; close: () => void }) {
  const t = useWords("person");
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ "aria-label": t("close") }} closeOnClickOutside={false}>
      <Stack gap="sm">
        <Text size="sm">{help}</Text>
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <TextInput label={label} readOnly value={value} onFocus={(e) => e.currentTarget.select()} style={{ flex: 1 }} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }} />
          <CopyButton value={value}>{({ copied, copy }) => <Button onClick={copy} variant={copied ? "default" : "filled"}>{copied ? t("copied") : t("copy")}</Button>}</CopyButton>
        </Group>
        <Group justify="flex-end"><Button variant="default" onClick={close}>{t("doneWith")}</Button></Group>
      </Stack>
    </Modal>
  );
}
