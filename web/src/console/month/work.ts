import { useEffect, useState } from "react";

import { changeOnce } from "../../api/query";
import { type Job, isOver, useJobs } from "../../ui/jobs";
import { useExplain } from "../../ui/state";
import { refused } from "../../ui/told";
import { useWords } from "../../words/words";

export type Work = "ingest" | "close" | "preview" | "draft" | "reconcile";

const operations = ["ingest-month", "ingest-files", "close-month", "draft-month", "reconcile-month"];

/** Long work on a month: what runs now, how the last ended that was begun here, and a way to begin. */
export function useWork(period: string) {
  const t = useWords("month");
  const explain = useExplain();
  const { jobs, follow } = useJobs();
  const [mine, setMine] = useState<string>();
  const [ended, setEnded] = useState<Job>();
  useEffect(() => { setMine(undefined); setEnded(undefined); }, [period]);

  const running = jobs.find((j) => j.id === mine && !isOver(j)) ?? jobs.find((j) => operations.includes(j.operation) && !isOver(j));

  async function begin(work: Work, groups?: string[]): Promise<Job | undefined> {
    setEnded(undefined);
    try {
      const job = await order(work, period, groups);
      setMine(job.id);
      const end = await follow(job);
      setEnded(end);
      return end;
    } catch (error) {
      refused(t("work.notBegun"), explain(error));
      return undefined;
    }
  }
  return { running, ended: ended && isOver(ended) ? ended : undefined, begin, forget: () => setEnded(undefined) };
}

async function order(work: Work, period: string, groups?: string[]): Promise<Job> {
  const to = { params: { path: { period } } };
  switch (work) {
    case "ingest": return await changeOnce("post", "/api/v1/months/{period}/ingest", { ...to, body: {} });
    case "close": return await changeOnce("post", "/api/v1/months/{period}/close", { ...to, body: {} });
    case "preview": return await changeOnce("post", "/api/v1/months/{period}/close", { ...to, body: { preview: true } });
    case "draft": return await changeOnce("post", "/api/v1/months/{period}/draft", { ...to, body: groups ? { groups } : {} });
    case "reconcile": return await changeOnce("post", "/api/v1/months/{period}/reconcile", to);
  }
}
