import type { ProblemBody } from "../../api/problem";

/** What became of one of several things that were asked for in one go. */
export interface Outcome {
  id: string;
  result: "done" | "same" | "refused" | "waiting";
  /** Of an issued document. */
  number?: string;
  why?: Partial<ProblemBody>;
}

/**
 * Things are taken one by one in the order given; the first that is refused ends
 * it. So the first that is not done is the refused one, and those after it wait.
 */
export function outcomesOf(ids: string[], done: { id: string; new?: boolean; number?: string }[], refused?: Partial<ProblemBody>): Outcome[] {
  const by = new Map(done.map((d) => [d.id, d]));
  let stopped = false;
  return ids.map((id): Outcome => {
    const was = by.get(id);
    if (was) return { id, result: was.new === false ? "same" : "done", number: was.number };
    if (refused && !stopped) {
      stopped = true;
      return { id, result: "refused", why: refused };
    }
    return { id, result: "waiting" };
  });
}
