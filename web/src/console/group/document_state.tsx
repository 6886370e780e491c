import type { Schema } from "../../api/query";
import { State, type Tone } from "../../ui/state";
import { hasWord, useWords } from "../../words/words";

const tones: Record<string, Tone> = {
  draft: "quiet", approved: "info", issued: "info", published: "info", sent: "info", "part-paid": "warn", paid: "good", overdue: "bad", "written-off": "warn", voided: "quiet",
};

/** Where a document stands. */
export function DocumentState({ invoice }: { invoice: Schema<"ListedInvoice"> }) {
  const t = useWords("group");
  const position = invoice.preview ? "preview" : invoice.standing.position;
  return <State tone={tones[position] ?? "quiet"}>{hasWord("group", `state.${position}`) ? t(`state.${position}` as "state.draft") : position}</State>;
}
