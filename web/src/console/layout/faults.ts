import type { Problem } from "../../api/problem";
import { inLayout } from "./layout";

/** What is wrong with a layout, at its fields: by the path within it, and whatever is below one of some fields. */
export function useFaults(problem: Problem | null) {
  const list = (problem?.body.errors ?? []).map((e) => ({ path: inLayout(e.location), message: e.message }));
  return {
    any: list.length > 0,
    at: (path: string): string | undefined => list.find((x) => x.path === path)?.message,
    below: (fields: readonly string[]): boolean => list.some((x) => fields.some((f) => x.path === f || x.path.startsWith(`${f}.`) || x.path.startsWith(`${f}[`))),
    /** Of no field that the form shows. */
    rest: list.filter((x) => x.path === "" || x.path === "id").map((x) => x.message),
  };
}
