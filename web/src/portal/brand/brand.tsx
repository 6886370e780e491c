import { Box, Group, Text } from "@mantine/core";
import { createContext, type ReactNode, useContext } from "react";

import { askOnce } from "../../api/query";
import { type Brand, sheetOf } from "./colour";

const Context = createContext<Brand>({ name: "", pictures: [], support: {} });

/** How who sells shows itself: name, logo, colours, whom to ask. */
export const useBrand = () => useContext(Context);

export function WithBrand({ brand, children }: { brand: Brand; children: ReactNode }) {
  return <Context value={brand}>{children}</Context>;
}

/** The brand of this address; without one the portal still works. */
export async function brandNow(): Promise<Brand> {
  try {
    return await askOnce("/api/v1/brand/current", {});
  } catch {
    return { name: "", pictures: [], support: {} };
  }
}

/** Puts the brand's colours and sign on the page, before anything is drawn. */
export function wear(brand: Brand) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(sheetOf(brand));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const sign = brand.pictures.find((p) => p.variant === "icon");
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (sign && link) link.href = sign.url;
  if (brand.name) document.title = brand.name;
}

/** The logo, on the ground there is; the name where there is no logo. */
export function Logo({ dark }: { dark: boolean }) {
  const brand = useBrand();
  const picture = brand.pictures.find((p) => p.variant === (dark ? "dark" : "light")) ?? brand.pictures.find((p) => p.variant === (dark ? "light" : "dark"));
  const icon = brand.pictures.find((p) => p.variant === "icon");
  if (picture) return <img src={picture.url} alt={brand.name} height={28} style={{ maxWidth: 168, objectFit: "contain", display: "block" }} />;
  return (
    <Group gap="xs" wrap="nowrap" style={{ minWidth: 0 }}>
      {icon && <img src={icon.url} alt="" height={26} width={26} style={{ display: "block", borderRadius: 5 }} />}
      <Text fw={640} truncate>{brand.name}</Text>
    </Group>
  );
}

/** Whom to ask, and what the brand says below each page. */
export function Footer({ ask }: { ask: string }) {
  const { support, footer } = useBrand();
  const ways = [
    support.email && { href: `mailto:${support.email}`, text: support.email },
    support.phone && { href: `tel:${support.phone.replace(/[^+\d]/g, "")}`, text: support.phone },
    support.url && { href: support.url, text: support.url.replace(/^https:\/\//, "") },
  ].filter((way) => !!way);
  if (!ways.length && !footer) return null;
  return (
    <Box component="footer" mt="xl" pt="sm" className="no-print" style={{ borderTop: "1px solid var(--rule)" }}>
      {ways.length > 0 && (
        <Group gap="md" fz="sm">
          <Text size="sm" c="dimmed">{ask}</Text>
          {ways.map((way) => <a key={way.href} href={way.href}>{way.text}</a>)}
        </Group>
      )}
      {footer && <Text size="xs" c="dimmed" mt={4} style={{ whiteSpace: "pre-line" }}>{footer}</Text>}
    </Box>
  );
}
