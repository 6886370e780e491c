import { useSyncExternalStore } from "react";

// Changed books that are not saved yet. They lie in the browser, so that a reload, or
// a look at what they would do, loses nothing.

const key = "price-drafts";
const listeners = new Set<() => void>();
let kept: Record<string, string> | undefined;

function read(): Record<string, string> {
  try {
    return kept ??= JSON.parse(localStorage.getItem(key) ?? "{}") as Record<string, string>;
  } catch {
    return kept = {};
  }
}

/** The texts of changed books, by id. */
export function useDrafts(): Record<string, string> {
  return useSyncExternalStore(listen, read);
}

/** Keeps the text of a changed book; without one, forgets it. */
export function keepDraft(id: string, text: string | undefined) {
  const next = { ...read() };
  if (text === undefined) delete next[id];
  else next[id] = text;
  kept = next;
  try {
    localStorage.setItem(key, JSON.stringify(next));
  } catch { /* a full store keeps it until the page is left */ }
  for (const tell of listeners) tell();
}

function listen(tell: () => void) {
  const other = (event: StorageEvent) => {
    if (event.key !== key) return;
    kept = undefined;
    tell();
  };
  listeners.add(tell);
  window.addEventListener("storage", other);
  return () => {
    listeners.delete(tell);
    window.removeEventListener("storage", other);
  };
}
