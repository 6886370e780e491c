import { createContext, useContext } from "react";

import { hasWord, useWords } from "../../words/words";
import type { Choices, Layout } from "./layout";

/** The layout that is being written, and how a field of it is changed. */
export interface Writing {
  now: Layout;
  look: Layout; // what it is based on: stands where it says nothing
  choices: Choices;
  readOnly: boolean;
  /** What is wrong with a field, by its path within the layout. */
  fault: (path: string) => string | undefined;
  set: <Name extends keyof Layout>(name: Name, to: Layout[Name]) => void;
}

const Context = createContext<Writing | undefined>(undefined);
export const WritingProvider = Context.Provider;

export function useWriting(): Writing {
  const writing = useContext(Context);
  if (!writing) throw new Error("useWriting is for what stands inside a WritingProvider");
  return writing;
}

/** The name of a word of the API, such as a section: ours, else the word itself. */
export function useNameOf() {
  const t = useWords("layout");
  return (list: string, word: string): string => (hasWord("layout", `${list}.${word}`) ? t(`${list}.${word}` as "title") : word);
}
