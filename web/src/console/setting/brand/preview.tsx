import { Card } from "../../../ui/page";
import { Stack, Text } from "@mantine/core";
import { useWords } from "../../../words/words";
import { accents } from "../../../portal/brand/colour";
import classes from "./brand.module.css";
import { logoOf } from "./logos";
import type { Brand } from "./page";

/** The head of the portal as customers will see it, on light and on dark ground. */
export function Preview({ brand, saved }: { brand: Brand; saved: Brand }) {
  const t = useWords("setting");
  const own = accents({ ...brand, logos: [] } as never) ?? { light: "#0b6f63", dark: "#4db0a5" };
  return (
    <Card title={t("brand.preview")}>
      <Stack gap="md">
        {(["light", "dark"] as const).map((scheme) => {
          const logo = logoOf(saved, scheme);
          return (
            <div key={scheme}>
              <Text size="sm" c="dimmed" mb={4}>{t(`brand.scheme.${scheme}`)}</Text>
              <div className={classes.portal} data-ground={scheme}>
                <div className={classes.head}>
                  {logo ? <img src={logo} alt={brand.name} className={classes.headLogo} /> : <strong>{brand.name}</strong>}
                  <span className={classes.who}>{t("brand.example.person")}</span>
                </div>
                <div className={classes.rail}>
                  <span style={{ color: own[scheme], fontWeight: 600 }}>{t("brand.example.overview")}</span>
                  <span>{t("brand.example.costs")}</span>
                  <span>{t("brand.example.invoices")}</span>
                </div>
                <div className={classes.body}>
                  <span className={classes.sentence}>{t("brand.example.sentence")}</span>
                  <span className={classes.button} style={{ background: own[scheme], color: scheme === "light" ? "#ffffff" : "#111111" }}>{t("brand.example.button")}</span>
                </div>
                {(brand.footer || brand.support.email || brand.support.phone) && <div className={classes.foot}>{[brand.support.email, brand.support.phone].filter(Boolean).join(" · ")}{brand.footer && <div style={{ whiteSpace: "pre-line" }}>{brand.footer}</div>}</div>}
              </div>
            </div>
          );
        })}
      </Stack>
    </Card>
  );
}
