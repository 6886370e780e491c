import { useQueryClient } from "@tanstack/react-query";

import { refresh } from "../../api/query";
import { useExplain } from "../../ui/state";
import { refused, told } from "../../ui/told";

/** Does something, says that it was done or why not, and reads again what stands under `paths`. */
export function useDoing(paths?: string[]) {
  const queries = useQueryClient();
  const explain = useExplain();
  return async <T>(failed: string, work: () => Promise<T>, done?: string): Promise<T | undefined> => {
    try {
      const result = await work();
      await refresh(queries, paths);
      if (done) told(done);
      return result;
    } catch (error) {
      refused(failed, explain(error));
      return undefined;
    }
  };
}
