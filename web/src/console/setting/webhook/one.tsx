import { ActionIcon, Button, Drawer, Group, Stack, Text, Title, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";

import { changeOnce, type Schema, useAll } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { useFormats } from "../../../ui/format";
import { Facts } from "../../../ui/page";
import { Notice, State, type Tone } from "../../../ui/state";
import { DataTable } from "../../../ui/table";
import { hasWord, useWords } from "../../../words/words";
import { useDoing } from "../doing";
import type { Shown } from "../once";

type Webhook = Schema<"WebhookEndpoint">;
const tones: Record<string, Tone> = { delivered: "good", sent: "good", pending: "info", waiting: "info", failed: "bad", dead: "bad" };

/** One webhook: what was sent and taken, and how to send it again. */
export function OneWebhook({ webhook, close, show }: { webhook?: Webhook; close: () => void; show: (shown: Shown) => void }) {
  const ui = useWords("ui");
  const t = useWords("setting");
  return (
    <Drawer opened={!!webhook} onClose={close} position="right" size="min(720px, 100vw)" title={t("webhook.one")} closeButtonProps={{ "aria-label": ui("close") }}>
      {webhook && <Content webhook={webhook} close={close} show={show} />}
    </Drawer>
  );
}

function Content({ webhook: w, close, show }: { webhook: Webhook; close: () => void; show: (shown: Shown) => void }) {
  const t = useWords("setting");
  const ui = useWords("ui");
  const f = useFormats();
  const confirm = useConfirm();
  const act = useDoing(["/api/v1/webhooks"]);
  const path = { params: { path: { id: w.id } } };
  const deliveries = useAll("/api/v1/webhooks/{id}/deliveries", path, { every: 5000 });
  async function rotate() {
    const yes = await confirm({ title: t("webhook.rotateTitle"), children: t("webhook.rotateHelp"), yes: t("webhook.rotate") });
    const made = yes && await act(t("webhook.failed"), () => changeOnce("post", "/api/v1/webhooks/{id}/rotate", path));
    if (made) show({ title: t("webhook.rotated"), label: t("webhook.secret"), value: made.secret, help: t("webhook.secretHelp") });
  }
  async function remove() {
    const yes = await confirm({ title: t("webhook.removeTitle"), children: t("webhook.removeHelp"), yes: ui("remove"), danger: true });
    if (yes && await act(t("webhook.failed"), () => changeOnce("delete", "/api/v1/webhooks/{id}", path))) close();
  }
  return (
    <Stack gap="md">
      <Title order={2} style={{ overflowWrap: "anywhere" }}>{w.description || w.url}</Title>
      {w.disabled && <Notice tone="bad">{w.disabled}</Notice>}
      <Group gap="xs">
        <Button onClick={() => void act(t("webhook.failed"), () => changeOnce("post", "/api/v1/webhooks/{id}/test", path), t("webhook.tested"))}>{t("webhook.test")}</Button>
        <Button variant="default" onClick={() => void act(t("webhook.failed"), () => changeOnce("patch", "/api/v1/webhooks/{id}", { ...path, body: { active: !w.active } }))}>{w.active ? t("webhook.stop") : t("webhook.start")}</Button>
        <Button variant="default" onClick={() => void rotate()}>{t("webhook.rotate")}</Button>
        <Button variant="subtle" color="red" onClick={() => void remove()}>{ui("remove")}</Button>
      </Group>
      <Facts of={[[t("webhook.url"), <span key="u" className="id">{w.url}</span>], [t("webhook.kinds"), w.kinds.filter((k) => k !== "*").join(", ") || t("webhook.allKinds")], [t("audit.by"), `${w.created_by} · ${f.time(w.created_at)}`], ...(w.old_secret_until ? [[t("webhook.oldSecret"), f.time(w.old_secret_until)] as [string, string]] : [])]} />
      <Stack gap={6}>
        <Title order={3}>{t("webhook.deliveries")}</Title>
        <DataTable
          name="deliveries" label={t("webhook.deliveries")} plain rows={deliveries.data?.rows} rowKey={(d) => d.id} maxHeight={420} mark={(d) => (tones[d.state] === "bad" ? "bad" : undefined)} empty={<Text p="md" c="dimmed">{t("webhook.noDeliveries")}</Text>}
          columns={[
            { id: "kind", title: t("webhook.event"), kind: "id", value: (d) => d.kind },
            { id: "subject", title: t("audit.subject"), value: (d) => d.subject },
            { id: "state", title: t("column.state"), value: (d) => d.state, show: (d) => <State tone={tones[d.state] ?? "quiet"}>{hasWord("setting", `webhook.delivery.${d.state}`) ? t(`webhook.delivery.${d.state}` as "webhook.delivery.failed") : d.state}</State> },
            { id: "attempts", title: t("webhook.attempts"), kind: "number", value: (d) => d.attempts },
            { id: "due", title: t("audit.at"), kind: "time", value: (d) => d.due },
            { id: "do", title: t("column.do"), value: () => undefined, show: (d) => <Tooltip label={t("webhook.replay")}><ActionIcon aria-label={t("webhook.replay")} onClick={() => void act(t("webhook.failed"), () => changeOnce("post", "/api/v1/webhooks/{id}/deliveries/{delivery}/replay", { params: { path: { id: w.id, delivery: d.id } } }), t("webhook.replayed"))}><IconRefresh size={15} /></ActionIcon></Tooltip> },
          ]}
        />
      </Stack>
    </Stack>
  );
}
