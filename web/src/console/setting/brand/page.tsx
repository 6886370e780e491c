import { Button, ColorInput, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useSearchParams } from "react-router";

import type { Problem } from "../../../api/problem";
import { changeOnce, type Schema, useAll, useAsk } from "../../../api/query";
import { useConfirm } from "../../../ui/confirm";
import { root, useCan } from "../../../ui/me";
import { Card, Page } from "../../../ui/page";
import { Answer, Notice, State, useExplain } from "../../../ui/state";
import { told } from "../../../ui/told";
import { languages, useWords } from "../../../words/words";
import { contrast } from "../../../portal/brand/colour";
import { useDoing } from "../doing";
import { Logos } from "./logos";
import { Preview } from "./preview";

export type Brand = Schema<"BrandBrand">;

/** How the portal looks to customers. */
export default function BrandPage() {
  const t = useWords("setting");
  const [params, setParams] = useSearchParams();
  const organization = params.get("of") ?? root;
  const organizations = useAll("/api/v1/organizations");
  const brand = useAsk("/api/v1/brands/{organization}", { params: { path: { organization } } });
  const sellers = organizations.data?.rows.filter((o) => o.kind === "reseller") ?? [];
  return (
    <Page
      title={t("place.brand.title")} question={t("brand.question")}
      actions={sellers.length > 1 && <Select aria-label={t("brand.whose")} w={260} allowDeselect={false} value={organization} onChange={(v) => v && setParams({ of: v }, { replace: true })} data={sellers.map((o) => ({ value: o.id, label: o.name }))} />}
    >
      <Answer of={brand} height={420}>{(b) => <Form key={`${b.organization} ${b.version}`} brand={b} />}</Answer>
    </Page>
  );
}

const colour = /^#[0-9a-f]{6}$/i;

function Form({ brand }: { brand: Brand }) {
  const t = useWords("setting");
  const can = useCan();
  const explain = useExplain();
  const confirm = useConfirm();
  const act = useDoing(["/api/v1/brand"]);
  const [now, setNow] = useState(brand);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const write = can("config.write");
  const set = (part: Partial<Brand>) => setNow({ ...now, ...part });
  const text = (value: string) => value || undefined;
  const changed = JSON.stringify(now) !== JSON.stringify(brand);

  async function save() {
    setBusy(true);
    setProblem(undefined);
    const { name, accent, accent_dark, domain, footer, language, support, mail_sender } = now;
    await act(t("brand.notSaved"), async () => {
      try {
        await changeOnce("put", "/api/v1/brands/{organization}", { params: { path: { organization: brand.organization } }, body: { name, accent, accent_dark, domain, footer, language: language as "en" | undefined, support, mail_sender } });
        told(t("brand.saved"));
      } catch (error) {
        setProblem(error as Problem);
      }
    });
    setBusy(false);
  }
  async function remove() {
    const yes = await confirm({ title: t("brand.removeTitle"), children: t("brand.removeHelp"), yes: t("brand.remove"), danger: true });
    if (yes) await act(t("brand.notSaved"), () => changeOnce("delete", "/api/v1/brands/{organization}", { params: { path: { organization: brand.organization } } }));
  }
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md" style={{ alignItems: "start" }}>
      <Stack gap="md">
        <Card title={t("brand.form")}>
          <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
            <Stack gap="sm">
              {problem && !problem.body.errors?.length && <Notice tone="bad">{explain(problem)}</Notice>}
              <TextInput label={t("brand.name")} description={t("brand.nameHelp")} required disabled={!write} value={now.name} error={problem?.at("name")} onChange={(e) => set({ name: e.currentTarget.value })} />
              <SimpleGrid cols={{ base: 1, xs: 2 }}>
                <ColorInput eyeDropperButtonProps={{ "aria-label": t("brand.fromScreen") }} label={t("brand.accent")} description={t("brand.accentHelp")} disabled={!write} format="hex" placeholder="#0b6f63" value={now.accent ?? ""} error={problem?.at("accent")} onChange={(v) => set({ accent: text(v) })} />
                <ColorInput eyeDropperButtonProps={{ "aria-label": t("brand.fromScreen") }} label={t("brand.accentDark")} description={t("brand.accentDarkHelp")} disabled={!write} format="hex" value={now.accent_dark ?? ""} error={problem?.at("accent_dark")} onChange={(v) => set({ accent_dark: text(v) })} />
              </SimpleGrid>
              <Contrast light={now.accent} dark={now.accent_dark} />
              <TextInput label={t("brand.domain")} description={t("brand.domainHelp")} placeholder={"billing.example.com"} disabled={!write} value={now.domain ?? ""} error={problem?.at("domain")} onChange={(e) => set({ domain: text(e.currentTarget.value) })} />
              <Select label={t("people.language")} description={t("brand.languageHelp")} clearable disabled={!write} value={now.language ?? null} onChange={(v) => set({ language: v ?? undefined })} data={Object.entries(languages).map(([value, label]) => ({ value, label }))} />
              <SimpleGrid cols={{ base: 1, xs: 2 }}>
                <TextInput label={t("brand.senderName")} disabled={!write} value={now.mail_sender.name ?? ""} error={problem?.at("mail_sender.name")} onChange={(e) => set({ mail_sender: { ...now.mail_sender, name: text(e.currentTarget.value) } })} />
                <TextInput label={t("brand.senderAddress")} type="email" disabled={!write} value={now.mail_sender.address ?? ""} error={problem?.at("mail_sender.address")} onChange={(e) => set({ mail_sender: { ...now.mail_sender, address: text(e.currentTarget.value) } })} />
                <TextInput label={t("brand.supportEmail")} type="email" disabled={!write} value={now.support.email ?? ""} error={problem?.at("support.email")} onChange={(e) => set({ support: { ...now.support, email: text(e.currentTarget.value) } })} />
                <TextInput label={t("brand.supportPhone")} disabled={!write} value={now.support.phone ?? ""} error={problem?.at("support.phone")} onChange={(e) => set({ support: { ...now.support, phone: text(e.currentTarget.value) } })} />
              </SimpleGrid>
              <TextInput label={t("brand.supportURL")} type="url" placeholder={"https://"} disabled={!write} value={now.support.url ?? ""} error={problem?.at("support.url")} onChange={(e) => set({ support: { ...now.support, url: text(e.currentTarget.value) } })} />
              <Textarea label={t("brand.footer")} description={t("brand.footerHelp")} autosize minRows={2} disabled={!write} value={now.footer ?? ""} error={problem?.at("footer")} onChange={(e) => set({ footer: text(e.currentTarget.value) })} />
              {write && (
                <Group justify="space-between">
                  {brand.version > 0 ? <Button variant="subtle" color="red" onClick={() => void remove()}>{t("brand.remove")}</Button> : <span />}
                  <Button type="submit" loading={busy} disabled={!now.name.trim() || (brand.version > 0 && !changed)}>{t("brand.save")}</Button>
                </Group>
              )}
            </Stack>
          </form>
        </Card>
        <Logos brand={brand} write={write} />
      </Stack>
      <Preview brand={now} saved={brand} />
    </SimpleGrid>
  );
}

/** Whether the colours can be read on the grounds of the pages: 4.5 to 1 or more. */
function Contrast({ light, dark }: { light?: string; dark?: string }) {
  const t = useWords("setting");
  const shown = [{ key: "brand.onLight", colour: light, ground: "#ffffff" }, { key: "brand.onDark", colour: dark, ground: "#1a2120" }] as const;
  const measured = shown.filter((s) => s.colour && colour.test(s.colour)).map((s) => ({ key: s.key, ratio: Math.floor(contrast(s.colour!, s.ground) * 10) / 10 }));
  if (measured.length === 0) return null;
  return (
    <Group gap="sm" aria-live="polite">
      {measured.map((m) => <State key={m.key} tone={m.ratio >= 4.5 ? "good" : "bad"}>{t(m.key, { ratio: m.ratio })}</State>)}
      {measured.some((m) => m.ratio < 4.5) && <Text size="sm" c="dimmed">{t("brand.tooFaint")}</Text>}
    </Group>
  );
}
