import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { Problem } from "../../api/problem";
import { changeOnce, type Schema } from "../../api/query";
import { useDeclared } from "../group/declared";
import type { PriceBook, Rule } from "./book";
import { keepDraft, useDrafts } from "./drafts";
import { writeBook } from "./yaml";

export type Checked = Schema<"CheckedBook">;
export type Mark = Schema<"TextMark">;

/**
 * A price book as somebody edits it, by form or as text: the text is what counts. It is
 * read by the server while one writes; `book` is the last that could be read.
 */
export function useEdited(id: string) {
  const declared = useDeclared<PriceBook>("price_books", id);
  const draft = useDrafts()[id];
  const fresh = declared.error?.code === "not-found" && draft !== undefined;
  const before = useMemo(() => declared.data && writeBook(declared.data.spec), [declared.data]);
  const text = draft ?? before ?? "";
  const [asked] = useDebouncedValue(text, 250);
  const check = useQuery<Checked, Problem>({
    queryKey: ["price-check", asked],
    queryFn: ({ signal }) => changeOnce("post", "/api/v1/price-books/check", { body: { text: asked }, signal }),
    enabled: asked !== "",
    placeholderData: (last) => last,
    staleTime: Infinity,
    retry: false,
  });
  const answer = check.data;
  const [last, setLast] = useState<PriceBook>();
  const read = answer?.book as PriceBook | undefined;
  if (read && read !== last) setLast(read); // stays while the text cannot be read
  const book = read ?? last ?? declared.data?.spec;
  const set = (next: string) => keepDraft(id, next === before ? undefined : next); // the same again is no change
  return {
    declared, fresh, text, book, set,
    checked: answer,
    marks: answer?.marks ?? none,
    /** What is shown is of the text as it is now, and not of a moment ago. */
    settled: asked === text && !check.isPlaceholderData && !check.isPending,
    changed: draft !== undefined && draft !== before,
    readable: answer?.readable ?? true,
    edit: (next: PriceBook) => set(writeBook(next)),
    rules: (next: Rule[]) => book && set(writeBook({ ...book, rules: next })),
    discard: () => keepDraft(id, undefined),
  };
}

export type Edited = ReturnType<typeof useEdited>;

const none: Mark[] = [];
