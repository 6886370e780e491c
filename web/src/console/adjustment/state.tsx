import { useCallback } from "react";

import { State, type Tone } from "../../ui/state";
import { hasWord, useWords } from "../../words/words";

const tones: Record<string, Tone> = { open: "warn", applied: "good", kept: "info", priced: "good", split: "quiet", allocated: "quiet" };

/** What became of an entry. */
export function EntryState({ state }: { state: string }) {
  const t = useWords("adjustment");
  return <State tone={tones[state] ?? "quiet"}>{hasWord("adjustment", `state.${state}`) ? t(`state.${state}` as "state.open") : state}</State>;
}

/** Whose an entry is. */
export function useOwner() {
  const t = useWords("adjustment");
  return useCallback((owner: string) => (hasWord("adjustment", `owner.${owner}`) ? t(`owner.${owner}` as "owner.reseller") : owner), [t]);
}

export function useKind() {
  const t = useWords("adjustment");
  return useCallback((kind: string) => (hasWord("adjustment", `kind.${kind}`) ? t(`kind.${kind}` as "kind.fee") : kind), [t]);
}
