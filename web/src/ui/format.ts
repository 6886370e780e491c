import i18next from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { absolute, type Decimal, isZero, minus, ratio } from "./decimal";

const unknown = "–";

/** Numbers, money and dates in a language. Decimals are formatted exactly, whatever their length; what is not known is "–". */
export function formats(language: string) {
  const number = (options: Intl.NumberFormatOptions) => cached(`${language} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(language, options));
  const exact = (f: Intl.NumberFormat, value: Decimal | number) => f.format(value as Intl.StringNumericLiteral).replace("-", "−");
  const date = (options: Intl.DateTimeFormatOptions) => cached(`${language} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(language, options));
  const digitsOf = (currency: string) => number({ style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

  return {
    language,
    /** An amount with its currency. `digits` where the invoice says how many; else the currency's. */
    money: (value: Decimal | undefined | null, currency: string, digits?: number) =>
      value == null ? unknown : exact(number({ style: "currency", currency, currencyDisplay: "symbol", minimumFractionDigits: digits ?? digitsOf(currency), maximumFractionDigits: digits ?? digitsOf(currency) }), value),
    /** An amount without its currency, for columns that say it once. */
    amount: (value: Decimal | undefined | null, currency: string, digits?: number) =>
      value == null ? unknown : exact(number({ minimumFractionDigits: digits ?? digitsOf(currency), maximumFractionDigits: digits ?? digitsOf(currency) }), value),
    /** A short amount for axes and tiles, such as ¥1.2M. */
    short: (value: Decimal | number, currency?: string) =>
      exact(number({ notation: "compact", maximumFractionDigits: 1, ...(currency ? { style: "currency", currency, currencyDisplay: "symbol" } : {}) }), value),
    /** An amount to its last digit. */
    whole: (value: Decimal | undefined | null, currency?: string) =>
      value == null ? unknown : exact(number({ maximumFractionDigits: 20 }), value) + (currency ? ` ${currency}` : ""),
    number: (value: Decimal | number | undefined | null, digits = 3) => (value == null ? unknown : exact(number({ maximumFractionDigits: digits }), value)),
    /** A share such as "0.031" as 3.1%. */
    percent: (value: Decimal | undefined | null, digits = 1) =>
      value == null ? unknown : exact(number({ style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }), value),
    /** A change with its sign: +$12.00. */
    change: (value: Decimal | undefined | null, currency: string, digits?: number) =>
      value == null ? unknown : exact(number({ style: "currency", currency, currencyDisplay: "symbol", signDisplay: "exceptZero", minimumFractionDigits: digits ?? digitsOf(currency), maximumFractionDigits: digits ?? digitsOf(currency) }), value),
    /** How much more after than before, as +3.1%; "–" where there was nothing before. */
    growth: (before: Decimal, after: Decimal, digits = 1) => {
      const more = isZero(before) ? undefined : ratio(minus(after, before), absolute(before));
      return more === undefined ? unknown : exact(number({ style: "percent", signDisplay: "exceptZero", maximumFractionDigits: digits }), more);
    },
    currencyDigits: digitsOf,
    /** A month such as 2026-10 in words. */
    period: (period: string, short = false) => date({ year: "numeric", month: short ? "short" : "long", timeZone: "UTC" }).format(new Date(`${period}-01T00:00:00Z`)),
    /** A day such as 2026-10-31, which has no time zone. */
    day: (day: string | undefined | null) => (day ? date({ dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${day.slice(0, 10)}T00:00:00Z`)) : unknown),
    shortDay: (day: string) => date({ month: "short", day: "numeric", timeZone: "UTC" }).format(new Date(`${day.slice(0, 10)}T00:00:00Z`)),
    /** A moment, in the reader's time zone. */
    time: (time: string | undefined | null) => (time ? date({ dateStyle: "medium", timeStyle: "short" }).format(new Date(time)) : unknown),
    list: (values: string[]) => cached(`list ${language}`, () => new Intl.ListFormat(language, { type: "conjunction" })).format(values),
  };
}

export type Formats = ReturnType<typeof formats>;

/** The formats of the language that is spoken now. */
export function useFormats(): Formats {
  const { i18n } = useTranslation();
  return useMemo(() => formats(i18n.language), [i18n.language]);
}

/** The same outside of components. */
export const formatsNow = (): Formats => formats(i18next.language);

const kept = new Map<string, unknown>();
function cached<T>(key: string, make: () => T): T {
  if (!kept.has(key)) kept.set(key, make());
  return kept.get(key) as T;
}

