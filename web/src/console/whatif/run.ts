import { useQuery } from "@tanstack/react-query";

import { Problem } from "../../api/problem";
import { askOnce, changeOnce, type Schema } from "../../api/query";
import { isOver, type Job } from "../../ui/jobs";

export type DryRun = Schema<"TrialDryRun">;
export type Change = Schema<"DeclaredChange">;

/** Prices a month with changes, for a small place that waits for it; the tray does not show it. */
export function useQuietRun(period: string, changes: Change[], when = true) {
  return useQuery<DryRun, Error>({
    queryKey: ["dry-run", period, changes],
    enabled: when,
    retry: false,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const job = await over(await changeOnce("post", "/api/v1/months/{period}/dry-run", { params: { path: { period } }, body: { changes } }), signal);
      if (job.error) throw new Problem(job.error.status, job.error);
      return job.result as DryRun;
    },
  });
}

async function over(job: Job, signal: AbortSignal): Promise<Job> {
  let now = job;
  for (let wait = 300; !isOver(now); wait = Math.min(2000, wait * 1.4)) {
    await new Promise((resolve) => { setTimeout(resolve, wait); });
    signal.throwIfAborted();
    now = await askOnce("/api/v1/jobs/{id}", { params: { path: { id: job.id } } });
  }
  return now;
}
