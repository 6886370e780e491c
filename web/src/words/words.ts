import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";

import type { Namespaces } from "./namespaces";

export const languages = { en: "English", ja: "日本語" } as const;
export type Language = keyof typeof languages;
export type Namespace = keyof Namespaces;

// Texts are data: words/<language>/<namespace>.json. A page loads the namespaces it uses.
const files = import.meta.glob<{ default: Record<string, unknown> }>("./*/*.json");

/** Begins with the person's language: what they chose, else the browser's, else English. */
export async function startWords(chosen?: string): Promise<void> {
  await i18next
    .use({
      type: "backend" as const,
      read: (language: string, namespace: string, done: (error: unknown, texts: unknown) => void) => {
        const load = files[`./${language}/${namespace}.json`];
        if (!load) return done(new Error(`there are no ${language} texts of ${namespace}`), false);
        load().then((module) => done(null, module.default), (error) => done(error, false));
      },
    })
    .use(initReactI18next)
    .init({
      lng: languageOf(chosen),
      supportedLngs: Object.keys(languages),
      fallbackLng: false,
      ns: ["ui"],
      defaultNS: "ui",
      interpolation: { escapeValue: false }, // React escapes
      react: { useSuspense: true },
    });
  document.documentElement.lang = i18next.language;
}

function languageOf(chosen?: string): Language {
  const wanted = [chosen ?? "", localStorage.getItem("language") ?? "", ...navigator.languages];
  return (wanted.map((w) => w.slice(0, 2)).find((w) => w in languages) ?? "en") as Language;
}

export async function speak(language: Language): Promise<void> {
  localStorage.setItem("language", language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** The texts of a namespace: `const t = useWords("month"); t("title", { count })`. */
export function useWords<N extends Namespace>(namespace: N) {
  return useTranslation(namespace).t;
}

/** Whether a text is there: for codes of the server, which may be newer than the texts. */
export function hasWord(namespace: Namespace, key: string): boolean {
  return i18next.exists(key, { ns: namespace });
}
