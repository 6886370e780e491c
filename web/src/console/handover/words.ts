import { hasWord, useWords } from "../../words/words";
import type { Parcel, Route } from "./known";
import { useFormats } from "../../ui/format";

/** Words for the codes of hand-overs; a code without one is said as it is. */
export function useTerms() {
  const t = useWords("handover");
  const file = useWords("file"); // which has the names of formats
  const f = useFormats();
  const word = (group: string, code: string) => (hasWord("handover", `${group}.${code}`) ? t(`${group}.${code}` as "what.invoice") : code);
  const what = (code: string) => word("what", code);
  const format = (code: string) => (hasWord("file", `format.${code}.title`) ? file(`format.${code}.title` as "format.pdf.title") : word("format", code));
  return {
    what, format,
    /** One thing of a kind. */
    one: (code: string) => word("one", code),
    state: (p: Pick<Parcel, "state">) => word("state", p.state),
    outcome: (code: string) => word("outcome", code),
    by: (code: string) => word("by", code),
    whats: (codes: string[]) => f.list(codes.map(what)),
    formats: (codes: string[]) => f.list(codes.map(format)),
    when: (w: Route["when"]) => (w.on === "daily" || w.on === "monthly" ? t(`when.${w.on}At`, { day: w.day ?? 1, hour: `${String(w.hour ?? 0).padStart(2, "0")}:00`, zone: w.zone || "UTC" }) : word("when", w.on)),
    subject: (p: Parcel) => (/^\d{4}-\d\d$/.test(p.subject) ? f.period(p.subject) : p.subject),
  };
}
