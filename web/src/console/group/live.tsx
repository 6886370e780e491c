import { Group, Loader, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { useAsk } from "../../api/query";
import { Amount, Change } from "../../ui/amount";
import { useFormats } from "../../ui/format";
import { InvoiceDocument } from "../../ui/invoice/document";
import { providerName } from "../../ui/invoice/labels";
import { Card } from "../../ui/page";
import { Empty, Failed, Notice, Waiting } from "../../ui/state";
import { useWords } from "../../words/words";
import type { Previewed } from "./preview";

/** The invoice that the settings make: what changes is marked, and by how much the total does stands above. */
export function Live({ preview, changed, period, group }: { preview: Previewed; changed: boolean; period: string; group: string }) {
  const t = useWords("group");
  const f = useFormats();
  const month = f.period(period);
  const [chosen, choose] = useState<string | null>(null);
  const data = preview.shown;
  if (preview.isError && preview.error.code === "not-found") return <AsItIs id={`${period}/${group}`} />;
  if (!data) {
    if (!preview.isError) return <Card label={t("live")}><Waiting lines={16} /></Card>;
    return preview.error.body.errors?.length ? null : <Card label={t("live")}><Failed error={preview.error} again={() => void preview.refetch()} /></Card>;
  }
  const document = data.documents.find((d) => d.id === chosen) ?? data.documents[0];
  const change = data.changes.find((c) => c.id === document?.id);
  const gone = data.changes.filter((c) => c.change === "gone");
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm" aria-live="polite">
        <Group gap="xs">
          <Text fw={600}>{t("live")}</Text>
          <Text size="sm" c="dimmed">{t(changed ? "liveOf" : "liveNow", { month })}</Text>
          {preview.isFetching && <Loader size={14} aria-label={t("calculating")} />}
        </Group>
        {document && (
          <Group gap="sm">
            {data.documents.length > 1 && (
              <Select size="xs" w={190} aria-label={t("document.which")} allowDeselect={false} value={document.id} onChange={choose} data={data.documents.map((d) => ({ value: d.id, label: d.provider ? providerName(d.provider, d.provider_names) : d.id }))} />
            )}
            <Text size="sm" c="dimmed">{t("totalNow")}</Text>
            <Amount value={document.total} currency={document.currency} digits={document.digits} strong />
            {change?.total && <Change value={change.total.difference} before={change.total.before} currency={change.currency} digits={change.digits} />}
            {changed && !change && <Text size="sm" c="dimmed">{t("unchangedTotal")}</Text>}
          </Group>
        )}
      </Group>
      {data.rating && data.rating.length > 0 && <Notice tone="warn" title={t("rating")}>{t("ratingHelp", { what: f.list(data.rating) })}</Notice>}
      {data.undraftable && <Notice tone="warn">{t("notDraftable", { why: data.undraftable })}</Notice>}
      {gone.map((c) => <Notice key={c.id} tone="warn">{t("saving.gone", { month, before: c.total ? f.money(c.total.before, c.currency, c.digits) : c.id })}</Notice>)}
      {preview.isError && !preview.error.body.errors?.length && <Notice tone="bad" title={t("previewFailed")}>{preview.error.message}</Notice>}
      {document
        ? <div style={{ opacity: preview.isError ? 0.55 : 1 }}><InvoiceDocument document={document} marks={change?.change === "changed" ? change.fields : undefined} brief /></div>
        : <Card label={t("live")}><Empty title={t("noDocuments", { month })} /></Card>}
    </Stack>
  );
}

/** The draft as it stands, where the server is older than previews. */
function AsItIs({ id }: { id: string }) {
  const t = useWords("group");
  const invoice = useAsk("/api/v1/invoices/{id}", { params: { path: { id } } });
  return (
    <Stack gap="sm">
      <Notice tone="info" title={t("previewMissing")}>{t("previewMissingHelp")}</Notice>
      {invoice.data && <InvoiceDocument document={invoice.data} brief />}
    </Stack>
  );
}
