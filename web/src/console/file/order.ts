import { useState } from "react";

import { Problem } from "../../api/problem";
import { changeOnce } from "../../api/query";
import type { paths } from "../../api/schema";
import { isOver, type Job, useJobs } from "../../ui/jobs";

type Path = "/api/v1/months/{period}/export" | "/api/v1/months/{period}/focus" | "/api/v1/months/{period}/accounting";

type Body<P extends Path> = Partial<paths[P]["post"]["requestBody"]["content"]["application/json"]>;

/** Long work that makes files of a month: ordered, followed, and what came of it. */
export function useOrder<Made>() {
  const { jobs, follow } = useJobs();
  const [job, setJob] = useState<Job>();
  const [refusal, setRefusal] = useState<Problem>();
  const [ordering, setOrdering] = useState(false);
  const now = jobs.find((j) => j.id === job?.id) ?? job;

  async function begin<P extends Path>(path: P, period: string, body: Body<P>): Promise<void> {
    setJob(undefined);
    setRefusal(undefined);
    setOrdering(true);
    try {
      const begun = await changeOnce("post", path, { params: { path: { period } }, body } as never) as Job;
      setJob(begun);
      setOrdering(false);
      setJob(await follow(begun));
    } catch (error) {
      setRefusal(error instanceof Problem ? error : Problem.network(error));
    } finally {
      setOrdering(false);
    }
  }

  const failed = now?.state === "failed" && now.error ? new Problem(now.error.status, now.error) : undefined;
  return {
    begin,
    forget: () => { setJob(undefined); setRefusal(undefined); },
    running: now && !isOver(now) ? now : undefined,
    busy: ordering || (now !== undefined && !isOver(now)),
    problem: refusal ?? failed,
    cancelled: now?.state === "cancelled",
    made: now?.state === "done" ? (now.result as Made) : undefined,
  };
}
