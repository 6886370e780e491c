import { Checkbox, PasswordInput, SegmentedControl, SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";

import { useWords } from "../../../words/words";
import { type Store, stores } from "../target";
import { FolderField } from "./folder";
import type { Part } from "./form";
import { asksAgain } from "./wish";

/** A bucket or container of the customer's, and what opens it. */
export function BucketFields(part: Part) {
  const t = useWords("handover");
  const { draft, put, readOnly } = part;
  const place = draft.place;
  const set = (more: Partial<typeof place>) => put({ place: { ...place, ...more } });
  return (
    <Stack gap="sm">
      <SegmentedControl
        w="fit-content" aria-label={t("bucket.store")} disabled={readOnly} value={place.store} onChange={(v) => put({ place: { ...place, store: v as Store, more: [] }, secret: "", keyID: "" })}
        data={stores.map((value) => ({ value, label: t(`bucket.stores.${value}`) }))}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t(place.store === "azblob" ? "bucket.container" : "bucket.name")} required disabled={readOnly} value={place.name} onChange={(e) => set({ name: e.currentTarget.value.trim() })} />
        {place.store === "s3" && <TextInput label={t("bucket.region")} required={!place.endpoint} disabled={readOnly} placeholder={"eu-central-1"} value={place.region} onChange={(e) => set({ region: e.currentTarget.value.trim() })} />}
        {place.store === "azblob" && <TextInput label={t("bucket.account")} required disabled={readOnly} value={place.account} onChange={(e) => set({ account: e.currentTarget.value.trim() })} />}
      </SimpleGrid>
      <FolderField {...part} />
      {place.store === "s3" && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: "end" }}>
          <TextInput label={t("bucket.endpoint")} description={t("bucket.endpointHelp")} type="url" disabled={readOnly} placeholder={"https://s3.example.com"} value={place.endpoint} onChange={(e) => set({ endpoint: e.currentTarget.value.trim() })} />
          {(place.endpoint || place.pathStyle) && <Checkbox mb={8} label={t("bucket.pathStyle")} disabled={readOnly} checked={place.pathStyle} onChange={(e) => set({ pathStyle: e.currentTarget.checked })} />}
        </SimpleGrid>
      )}
      {!readOnly && <Secret {...part} />}
    </Stack>
  );
}

function Secret({ draft, put, fault, route }: Part) {
  const t = useWords("handover");
  const again = asksAgain(draft, route);
  const help = again ? (route?.has_secret && route.by === "bucket" ? t("secret.again") : undefined) : t("secret.kept");
  const error = fault("secret");
  if (draft.place.store === "gs") {
    return <Textarea label={t("bucket.googleKey")} description={[t("bucket.googleKeyHelp"), help].filter(Boolean).join(" ")} required={again} autosize minRows={4} maxRows={10} spellCheck={false} classNames={{ input: "id" }} placeholder={'{ "type": "service_account", … }'} value={draft.secret} error={error} onChange={(e) => put({ secret: e.currentTarget.value })} />;
  }
  if (draft.place.store === "azblob") {
    return <PasswordInput label={t("bucket.signature")} description={[t("bucket.signatureHelp"), help].filter(Boolean).join(" ")} required={again} autoComplete="new-password" placeholder={"sv=…&sig=…"} value={draft.secret} error={error} onChange={(e) => put({ secret: e.currentTarget.value })} />;
  }
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <TextInput label={t("bucket.keyID")} description={help} required={again} autoComplete="off" classNames={{ input: "id" }} value={draft.keyID} onChange={(e) => put({ keyID: e.currentTarget.value })} />
      <PasswordInput label={t("bucket.keySecret")} description={t("bucket.keyHelp")} required={again} autoComplete="new-password" value={draft.secret} error={error} onChange={(e) => put({ secret: e.currentTarget.value })} />
    </SimpleGrid>
  );
}
