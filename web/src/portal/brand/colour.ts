import type { MantineColorsTuple, MantineThemeOverride } from "@mantine/core";

import type { Schema } from "../../api/query";
import { theme } from "../../ui/theme";

export type Brand = Schema<"BrandAppearance">;

const grounds = { light: { card: "#ffffff", ink: "#ffffff", text: "#182020" }, dark: { card: "#1a2120", ink: "#111111", text: "#e4e9e7" } } as const;

const parts = (colour: string) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** So much of `a` in `b`, both written #rrggbb. */
export function mixed(a: string, b: string, share: number): string {
  const [x, y] = [parts(a), parts(b)];
  return "#" + x.map((part, i) => Math.round(part * share + y[i]! * (1 - share)).toString(16).padStart(2, "0")).join("");
}

/** The contrast of two colours, as WCAG 2 measures it: 1 to 21. */
export function contrast(a: string, b: string): number {
  const light = (colour: string) => {
    const [red, green, blue] = parts(colour).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** A colour that can be read on a ground: itself, or as little nearer to the text's as is needed. */
export function readable(colour: string, ground: string, text: string): string {
  for (let share = 1; share > 0; share -= 0.05) {
    const tried = mixed(colour, text, share);
    if (contrast(tried, ground) >= 4.5) return tried;
  }
  return text;
}

/** The accents of a brand on both grounds; undefined where it has none, or none that is a colour. */
export function accents(brand: Brand): { light: string; dark: string } | undefined {
  const colour = (text?: string) => (text && /^#[0-9a-f]{6}$/i.test(text) ? text : undefined);
  const own = colour(brand.accent);
  if (!own) return undefined;
  return { light: own, dark: colour(brand.accent_dark) ?? readable(own, grounds.dark.card, "#ffffff") };
}

/** The theme with the brand's colour where ours was. */
export function themeOf(brand: Brand): MantineThemeOverride {
  const accent = accents(brand);
  if (!accent) return theme;
  const tints = [0.08, 0.16, 0.34, 0.56].map((share) => mixed(accent.light, "#ffffff", share));
  const shades = [mixed(accent.dark, accent.light, 0.6), mixed(accent.dark, accent.light, 0.25), accent.light, mixed(accent.light, "#000000", 0.84), mixed(accent.light, "#000000", 0.68)];
  return { ...theme, colors: { ...theme.colors, brand: [...tints, accent.dark, ...shades] as unknown as MantineColorsTuple }, primaryColor: "brand" };
}

/** The tokens of ui/tokens.css that are the brand's. */
export function sheetOf(brand: Brand): string {
  const accent = accents(brand);
  if (!accent) return "";
  const tokens = (scheme: "light" | "dark") => {
    const { card, ink, text } = grounds[scheme];
    const quiet = mixed(accent[scheme], card, scheme === "light" ? 0.1 : 0.18);
    return `--accent: ${accent[scheme]}; --accent-text: ${readable(accent[scheme], quiet, text)}; --accent-ground: ${quiet}; --selected: ${quiet}; --on-accent: ${ink};`;
  };
  return `:root { ${tokens("light")} } [data-mantine-color-scheme="dark"] { ${tokens("dark")} }`;
}
