import { describe, expect, it } from "vitest";

import { accents, type Brand, contrast, readable, sheetOf, themeOf } from "./colour";

const brand = (accent?: string, dark?: string): Brand => ({ name: "Kumo", pictures: [], support: {}, accent, accent_dark: dark });

describe("the colours of a brand", () => {
  it("measures contrast as WCAG does", () => {
    expect(contrast("#ffffff", "#000000")).toBeCloseTo(21);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 1);
  });

  it("makes text readable on its ground", () => {
    expect(contrast(readable("#ffcc00", "#ffffff", "#182020"), "#ffffff")).toBeGreaterThanOrEqual(4.5);
    expect(readable("#0b6363", "#ffffff", "#182020")).toBe("#0b6363");
  });

  it("finds a dark accent where none is given", () => {
    expect(contrast(accents(brand("#10206a"))!.dark, "#1a2120")).toBeGreaterThanOrEqual(4.5);
    expect(accents(brand("#10206a", "#aabbff"))!.dark).toBe("#aabbff");
  });

  it("leaves the theme where there is no colour", () => {
    expect(accents(brand())).toBeUndefined();
    expect(accents(brand("red; } body { display: none"))).toBeUndefined();
    expect(sheetOf(brand())).toBe("");
    expect(themeOf(brand()).primaryColor).toBe("pine");
    expect(themeOf(brand("#7a1fa2")).colors!.brand).toHaveLength(10);
  });
});
