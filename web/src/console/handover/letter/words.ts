import { useFormats } from "../../../ui/format";
import { hasWord, useWords } from "../../../words/words";

// What tells them apart is how they are written.
const scripts: Record<string, string> = { "zh-CN": "zh-Hans", "zh-TW": "zh-Hant" };

/** Words for kinds, fields and languages of letters. */
export function useLetterTerms() {
  const t = useWords("letter");
  const f = useFormats();
  const languages = new Intl.DisplayNames([f.language], { type: "language" });
  return {
    kind: (code: string) => (hasWord("letter", `kind.${code}`) ? t(`kind.${code}` as "kind.invoice") : code),
    /** What a field is; the server's words for those that are newer than ours. */
    field: (name: string, means: string) => (hasWord("letter", `field.${name}`) ? t(`field.${name}` as "field.seller") : means),
    language: (code: string) => languages.of(scripts[code] ?? code) ?? code,
  };
}
