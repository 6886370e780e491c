import { useMemo } from "react";

import { useFormats } from "../../ui/format";

/** The name of a language in the language of the interface, such as German for de. */
export function useLanguageName(): (tag: string) => string {
  const { language } = useFormats();
  return useMemo(() => {
    const names = new Intl.DisplayNames([language], { type: "language" });
    return (tag) => {
      try {
        return names.of(tag) ?? tag;
      } catch {
        return tag; // no tag of a language, as one may have written it
      }
    };
  }, [language]);
}
