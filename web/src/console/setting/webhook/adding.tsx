import { Button, Group, Modal, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";

import type { Problem } from "../../../api/problem";
import { type Schema, useChange } from "../../../api/query";
import { root } from "../../../ui/me";
import { Notice, useExplain } from "../../../ui/state";
import { useWords } from "../../../words/words";
import type { Shown } from "../once";

/** Kinds of events that can be asked for, also those of a family as `invoice.*`. */
export const eventKinds = [
  "month.*", "month.closed", "month.held", "month.restated", "month.reopened", "invoice.*", "invoice.issued", "invoice.voided", "invoice.approved", "invoice.published", "invoice.unpublished", "invoice.sent", "invoice.reminded",
  "payment.*", "payment.recorded", "payment.reversed", "entry.*", "resource.changed", "user.*", "job.*",
];

interface Props { opened: boolean; organizations: Schema<"AccessOrganization">[]; close: () => void; show: (shown: Shown) => void }

export function Adding(props: Props) {
  const t = useWords("setting");
  const ui = useWords("ui");
  return (
    <Modal opened={props.opened} onClose={props.close} size="lg" title={t("webhook.add")} closeButtonProps={{ "aria-label": ui("close") }}>
      {props.opened && <Form {...props} />}
    </Modal>
  );
}

function Form({ organizations, close, show }: Props) {
  const t = useWords("setting");
  const ui = useWords("ui");
  const explain = useExplain();
  const create = useChange("post", "/api/v1/webhooks", { refreshes: ["/api/v1/webhooks"] });
  const [url, setURL] = useState("https://");
  const [description, setDescription] = useState("");
  const [organization, setOrganization] = useState(root);
  const [kinds, setKinds] = useState<string[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const submit = () => create.mutate({ body: { url, organization, ...(description ? { description } : {}), ...(kinds.length ? { kinds } : {}) } }, {
    onSuccess: (made) => { close(); show({ title: t("webhook.made"), label: t("webhook.secret"), value: made.secret, help: t("webhook.secretHelp") }); },
    onError: setProblem,
  });
  return (
    <form onSubmit={(e) => { e.preventDefault(); submit(); }}>
      <Stack gap="sm">
        {problem && !problem.body.errors?.length && <Notice tone="bad">{explain(problem)}</Notice>}
        <TextInput label={t("webhook.url")} type="url" required value={url} error={problem?.at("url")} onChange={(e) => setURL(e.currentTarget.value)} data-autofocus />
        <TextInput label={t("webhook.description")} value={description} error={problem?.at("description")} onChange={(e) => setDescription(e.currentTarget.value)} />
        <Select label={t("people.organization")} description={t("webhook.organizationHelp")} allowDeselect={false} searchable value={organization} onChange={(v) => v && setOrganization(v)} data={organizations.map((o) => ({ value: o.id, label: o.name }))} />
        <TagsInput label={t("webhook.kinds")} description={t("webhook.kindsHelp")} placeholder={kinds.length ? undefined : t("webhook.allKinds")} value={kinds} error={problem?.at("kinds")} onChange={setKinds} data={eventKinds} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{ui("cancel")}</Button>
          <Button type="submit" loading={create.isPending} disabled={!/^https?:\/\/.+/.test(url)}>{t("webhook.yes")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
