import { useFormats } from "../../ui/format";
import { hasWord, useWords } from "../../words/words";

/** Words for the codes of AWS; a code without one is said as it is. */
export function useTerms() {
  const t = useWords("member");
  const f = useFormats();
  const word = (group: string, code: string) => (hasWord("member", `${group}.${code}`) ? t(`${group}.${code}` as "state.OPEN") : code);
  const languages = new Intl.DisplayNames([f.language], { type: "language" });
  return {
    kind: (code: string) => word("kind", code),
    state: (code: string) => word("state", code),
    next: (kind: string, state: string) => (hasWord("member", `next.${kind}.${state}`) ? t(`next.${kind}.${state}` as "next.account.OPEN") : ""),
    member: (code: string) => word("memberState", code.toUpperCase()),
    joinedBy: (code: string) => word("joinedBy", code),
    event: (code: string) => word("event", code),
    language: (code: string) => languages.of(code) ?? code,
  };
}
