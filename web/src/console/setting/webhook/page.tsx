import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { type Schema, useAll } from "../../../api/query";
import { Card, Page } from "../../../ui/page";
import { Empty, Failed, State } from "../../../ui/state";
import { type Column, DataTable } from "../../../ui/table";
import { useWords } from "../../../words/words";
import { Once, type Shown } from "../once";
import { Adding } from "./adding";
import { OneWebhook } from "./one";

type Webhook = Schema<"WebhookEndpoint">;

/** Where other programs are told what happens. */
export default function WebhooksPage() {
  const t = useWords("setting");
  const [params, setParams] = useSearchParams();
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState<Shown>();
  const webhooks = useAll("/api/v1/webhooks");
  const organizations = useAll("/api/v1/organizations");
  const open = (id: string | null) => setParams((before) => { const next = new URLSearchParams(before); if (id) next.set("webhook", id); else next.delete("webhook"); return next; }, { replace: true });
  const columns: Column<Webhook>[] = [
    { id: "state", title: t("column.state"), value: (w) => String(w.active), show: (w) => <State tone={w.active ? "good" : w.disabled ? "bad" : "quiet"}>{w.active ? t("webhook.active") : w.disabled ? t("webhook.disabled") : t("webhook.off")}</State> },
    { id: "url", title: t("webhook.url"), value: (w) => w.url, width: 260, show: (w) => <span className="id" style={{ overflowWrap: "anywhere" }}>{w.url}</span> },
    { id: "description", title: t("webhook.description"), value: (w) => w.description },
    { id: "kinds", title: t("webhook.kinds"), value: (w) => w.kinds.filter((k) => k !== "*").join(", ") || t("webhook.allKinds") },
    { id: "organization", title: t("people.organization"), value: (w) => organizations.data?.rows.find((o) => o.id === w.organization)?.name ?? w.organization },
    { id: "created", title: t("people.since"), kind: "time", value: (w) => w.created_at },
  ];
  const add = <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>{t("webhook.add")}</Button>;
  return (
    <Page title={t("place.webhooks.title")} question={t("webhook.question")} actions={add} wide>
      <Card flush label={t("place.webhooks.title")}>
        {webhooks.error ? <Failed error={webhooks.error} again={() => void webhooks.refetch()} /> : (
          <DataTable name="webhooks" label={t("place.webhooks.title")} columns={columns} rows={webhooks.data?.rows} rowKey={(w) => w.id} onOpen={(w) => open(w.id)} mark={(w) => (w.disabled ? "bad" : undefined)} empty={<Empty title={t("webhook.none")} action={add}>{t("webhook.noneHelp")}</Empty>} />
        )}
      </Card>
      <Adding opened={adding} organizations={organizations.data?.rows ?? []} close={() => setAdding(false)} show={setShown} />
      <OneWebhook webhook={webhooks.data?.rows.find((w) => w.id === params.get("webhook"))} close={() => open(null)} show={setShown} />
      <Once shown={shown} close={() => setShown(undefined)} />
    </Page>
  );
}
