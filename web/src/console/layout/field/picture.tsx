import { Button, FileButton, Group, NumberInput, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useState } from "react";

import { fileAddress } from "../../../api/client";
import { changeOnce, useAll } from "../../../api/query";
import { useWords } from "../../../words/words";
import { useDoing } from "../../setting/doing";
import { useNameOf, useWriting } from "../context";
import type { Picture, Piece } from "../layout";
import classes from "../layout.module.css";

const addressOf = (id: string) => fileAddress(`/artwork/${encodeURIComponent(id)}`);

/** The pictures and fonts that are kept, and a way to add one. */
function useArtwork(kind: "image/" | "font/") {
  const t = useWords("layout");
  const act = useDoing(["/api/v1/artwork"]);
  const all = useAll("/api/v1/artwork");
  const [busy, setBusy] = useState(false);
  async function add(file: File | null): Promise<Piece | undefined> {
    if (!file) return undefined;
    setBusy(true);
    const added = await act(t("artwork.failed"), () => changeOnce("post", "/api/v1/artwork", {
      params: { query: { name: file.name } }, body: file as never, bodySerializer: (body: unknown) => body as Blob, headers: { "Content-Type": "application/octet-stream" },
    } as never) as unknown as Promise<Piece>);
    setBusy(false);
    return added;
  }
  return { pieces: (all.data?.rows ?? []).filter((p) => p.media_type.startsWith(kind)), add, busy };
}

/** The reseller's logo, and the seal over the end of its name. */
export function Pictures() {
  return <Stack gap="lg"><OnePicture field="logo" /><OnePicture field="stamp" /></Stack>;
}

function OnePicture({ field }: { field: "logo" | "stamp" }) {
  const t = useWords("layout");
  const ui = useWords("ui");
  const nameOf = useNameOf();
  const { now, choices, set, fault, readOnly } = useWriting();
  const artwork = useArtwork("image/");
  const picture = now[field];
  const title = t(`${field}.title`);
  const put = (part: Partial<Picture>) => set(field, clean({ picture: "", ...picture, ...part }));
  const wrong = fault(`${field}.picture`) ?? fault(field);
  return (
    <section aria-label={title}>
      <Title order={4} mb={2}>{title}</Title>
      <Text size="sm" c="dimmed" mb="xs">{t(`${field}.help`)}</Text>
      <div className={classes.grid}>
        <div className={classes.picture}>{picture ? <img src={addressOf(picture.picture)} alt={picture.alt || title} /> : <Text size="sm" c="inherit">{t("artwork.none")}</Text>}</div>
        <Stack gap="xs">
          <Chosen label={t("artwork.picture", { which: title })} pieces={artwork.pieces} value={picture?.picture} error={wrong} disabled={readOnly} onChange={(id) => (id ? put({ picture: id }) : set(field, undefined))} pictures />
          {!readOnly && (
            <Group gap={6}>
              <FileButton accept="image/png,image/jpeg" onChange={(file) => void artwork.add(file).then((p) => p && put({ picture: p.id }))}>
                {(props) => <Button {...props} size="compact-sm" variant="default" loading={artwork.busy} leftSection={<IconUpload size={14} />} aria-label={t("artwork.uploadWhich", { which: title })}>{t("artwork.upload")}</Button>}
              </FileButton>
              {picture && <Button size="compact-sm" variant="subtle" color="red" aria-label={t("artwork.removeWhich", { which: title })} onClick={() => set(field, undefined)}>{ui("remove")}</Button>}
            </Group>
          )}
        </Stack>
      </div>
      {picture && (
        <div className={classes.grid} style={{ marginTop: 10 }}>
          <TextInput label={t("artwork.alt")} disabled={readOnly} value={picture.alt ?? ""} error={fault(`${field}.alt`)} onChange={(e) => put({ alt: e.currentTarget.value })} />
          {field === "logo" && <Select label={t("artwork.place")} allowDeselect={false} disabled={readOnly} value={picture.place ?? choices.logo_places[0] ?? null} error={fault("logo.place")} onChange={(v) => put({ place: v === choices.logo_places[0] ? undefined : v ?? undefined })} data={choices.logo_places.map((p) => ({ value: p, label: nameOf("place", p) }))} />}
          <Length label={t("artwork.width")} value={picture.width} error={fault(`${field}.width`)} disabled={readOnly} onChange={(width) => put({ width })} />
          <Length label={t("artwork.height")} value={picture.height} error={fault(`${field}.height`)} disabled={readOnly} onChange={(height) => put({ height })} />
        </div>
      )}
    </section>
  );
}

const clean = (p: Picture): Picture => Object.fromEntries(Object.entries(p).filter(([, value]) => value !== undefined && value !== "")) as unknown as Picture;

function Length({ label, value, error, disabled, onChange }: { label: string; value?: number; error?: string; disabled: boolean; onChange: (value: number | undefined) => void }) {
  const t = useWords("layout");
  return <NumberInput label={label} placeholder={t("artwork.fits")} suffix=" mm" min={5} max={170} allowDecimal={false} clampBehavior="blur" hideControls disabled={disabled} value={value ?? ""} error={error} onChange={(v) => onChange(typeof v === "number" ? v : undefined)} />;
}

function Chosen({ label, pieces, value, error, disabled, onChange, pictures }: { label: string; pieces: Piece[]; value?: string; error?: string; disabled: boolean; onChange: (id: string | undefined) => void; pictures?: boolean }) {
  const t = useWords("layout");
  const known = pieces.some((p) => p.id === value);
  return (
    <Select
      aria-label={label} label={pictures ? undefined : label} clearable searchable disabled={disabled} placeholder={pieces.length ? t("artwork.choose") : t("artwork.noneKept")} value={value ?? null} error={error} onChange={(v) => onChange(v ?? undefined)}
      data={[...pieces.map((p) => ({ value: p.id, label: p.name })), ...(value && !known ? [{ value, label: `${value.slice(0, 8)}…` }] : [])]}
      renderOption={({ option }) => <span className={classes.option}>{pictures && <img src={addressOf(option.value)} alt="" loading="lazy" />}<span style={{ overflowWrap: "anywhere" }}>{option.label}</span></span>}
    />
  );
}

/** Fonts of one's own: letters, and bold ones. */
export function Fonts() {
  const t = useWords("layout");
  const { now, set, fault, readOnly } = useWriting();
  const artwork = useArtwork("font/");
  const fonts = now.fonts;
  const put = (weight: "regular" | "bold", id: string | undefined) => {
    if (weight === "regular") set("fonts", id ? { ...fonts, regular: id } : undefined);
    else if (fonts) set("fonts", { regular: fonts.regular, ...(id ? { bold: id } : {}) });
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">{t("fonts.help")}</Text>
      <div className={classes.grid}>
        {(["regular", "bold"] as const).map((weight) => {
          const locked = readOnly || (weight === "bold" && !fonts);
          return (
            <Stack key={weight} gap={6}>
              <Chosen label={t(`fonts.${weight}`)} pieces={artwork.pieces} value={fonts?.[weight]} error={fault(`fonts.${weight}`)} disabled={locked} onChange={(id) => put(weight, id)} />
              {!readOnly && (
                <FileButton accept=".ttf,font/ttf" disabled={locked} onChange={(file) => void artwork.add(file).then((p) => p && put(weight, p.id))}>
                  {(props) => <Button {...props} size="compact-sm" variant="default" w="fit-content" disabled={locked} loading={artwork.busy} leftSection={<IconUpload size={14} />} aria-label={t("artwork.uploadWhich", { which: t(`fonts.${weight}`) })}>{t("artwork.upload")}</Button>}
                </FileButton>
              )}
            </Stack>
          );
        })}
      </div>
    </Stack>
  );
}
