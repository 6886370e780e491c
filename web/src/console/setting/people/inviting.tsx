import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import type { Problem } from "../../../api/problem";
import { changeOnce, refresh } from "../../../api/query";
import { useFormats } from "../../../ui/format";
import { Notice, useExplain } from "../../../ui/state";
import { told } from "../../../ui/told";
import { languages, useWords } from "../../../words/words";
import type { Shown } from "../once";
import { type Draft, Grants, whole } from "./grants";

/** Invites a person, or makes an account for a program. */
export function Inviting({ kind, close, show }: { kind?: "person" | "service"; close: () => void; show: (shown: Shown) => void }) {
  const t = useWords("setting");
  const ui = useWords("ui");
  return (
    <Modal opened={!!kind} onClose={close} size="lg" title={kind === "service" ? t("people.addService") : t("people.invite")} closeButtonProps={{ "aria-label": ui("close") }}>
      {kind && <Form kind={kind} close={close} show={show} />}
    </Modal>
  );
}

function Form({ kind, close, show }: { kind: "person" | "service"; close: () => void; show: (shown: Shown) => void }) {
  const t = useWords("setting");
  const ui = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [locale, setLocale] = useState<string | null>(null);
  const [grants, setGrants] = useState<Draft[]>([{ organization: "reseller" }]);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const ready = (kind === "service" ? name.trim() : email.trim()) !== "" && grants.length > 0 && whole(grants);

  async function make() {
    if (!whole(grants)) return;
    setBusy(true);
    try {
      if (kind === "service") {
        await changeOnce("post", "/api/v1/service-accounts", { body: { name: name.trim(), grants } });
        told(t("people.serviceMade", { name: name.trim() }));
      } else {
        const made = await changeOnce("post", "/api/v1/users", { body: { email: email.trim(), grants, ...(name ? { name: name.trim() } : {}), ...(locale ? { locale } : {}) } });
        show({ title: t("people.invited", { email: email.trim() }), label: t("people.link"), value: made.link, help: t("people.linkHelp", { time: f.time(made.expires) }) });
      }
      await refresh(queries, ["/api/v1/users"]);
      close();
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  }
  return (
    <form onSubmit={(e) => { e.preventDefault(); void make(); }}>
      <Stack gap="sm">
        {problem && !problem.body.errors?.length && <Notice tone="bad">{explain(problem)}</Notice>}
        {kind === "person" && <TextInput label={t("people.email")} type="email" required value={email} error={problem?.at("email")} onChange={(e) => setEmail(e.currentTarget.value)} data-autofocus />}
        <TextInput label={t("people.name")} description={kind === "service" ? t("people.serviceHelp") : undefined} required={kind === "service"} value={name} error={problem?.at("name")} onChange={(e) => setName(e.currentTarget.value)} />
        {kind === "person" && <Select label={t("people.language")} clearable placeholder={t("people.languageOwn")} value={locale} onChange={setLocale} data={Object.entries(languages).map(([value, label]) => ({ value, label }))} />}
        <Grants grants={grants} change={setGrants} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button type="submit" disabled={!ready} loading={busy}>{kind === "service" ? t("people.makeService") : t("people.inviteYes")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
