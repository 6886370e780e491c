import { Button, FileButton, Group, SimpleGrid, Stack, Text } from "@mantine/core";

import { fileAddress } from "../../../api/client";
import { changeOnce } from "../../../api/query";
import { Card } from "../../../ui/page";
import { useWords } from "../../../words/words";
import { useDoing } from "../doing";
import classes from "./brand.module.css";
import type { Brand } from "./page";

const variants = ["light", "dark", "icon"] as const;

/** The address of a saved logo; undefined where there is none. */
export function logoOf(brand: Brand, variant: string): string | undefined {
  const logo = brand.logos.find((l) => l.variant === variant);
  return logo && fileAddress(`/brands/${encodeURIComponent(brand.organization)}/logos/${variant}`, { v: logo.sha256.slice(0, 8) });
}

/** The pictures of a brand, each on the ground that it is for. */
export function Logos({ brand, write }: { brand: Brand; write: boolean }) {
  const t = useWords("setting");
  const ui = useWords("ui");
  const act = useDoing(["/api/v1/brand"]);
  const path = (variant: (typeof variants)[number]) => ({ params: { path: { organization: brand.organization, variant } } });
  const send = (variant: (typeof variants)[number], file: File | null) => file && act(t("brand.notLogo"), () => changeOnce("put", "/api/v1/brands/{organization}/logos/{variant}", {
    ...path(variant), body: file as never, bodySerializer: (body: unknown) => body as Blob, headers: { "Content-Type": "application/octet-stream" },
  } as never), t("brand.logoSaved"));
  return (
    <Card title={t("brand.logos")}>
      <Text c="dimmed" mb="sm">{brand.version === 0 ? t("brand.saveFirst") : t("brand.logosHelp")}</Text>
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        {variants.map((variant) => {
          const address = logoOf(brand, variant);
          return (
            <Stack key={variant} gap={6}>
              <Text size="sm" fw={560}>{t(`brand.logo.${variant}`)}</Text>
              <div className={classes.logo} data-ground={variant === "dark" ? "dark" : "light"}>
                {address ? <img src={address} alt={t(`brand.logo.${variant}`)} className={classes.picture} /> : <span className={classes.empty}>{t("brand.noLogo")}</span>}
              </div>
              {write && (
                <Group gap={6}>
                  <FileButton onChange={(file) => void send(variant, file)} accept="image/png,image/jpeg">{(props) => <Button {...props} size="compact-sm" variant="default" disabled={brand.version === 0} aria-label={t("brand.chooseLogo", { which: t(`brand.logo.${variant}`) })}>{t("brand.choose")}</Button>}</FileButton>
                  {address && <Button size="compact-sm" variant="subtle" color="red" onClick={() => void act(t("brand.notLogo"), () => changeOnce("delete", "/api/v1/brands/{organization}/logos/{variant}", path(variant)))}>{ui("remove")}</Button>}
                </Group>
              )}
            </Stack>
          );
        })}
      </SimpleGrid>
    </Card>
  );
}
