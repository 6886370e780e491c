import { useState } from "react";

import { Problem } from "../../../api/problem";
import { type Job, useJobs } from "../../../ui/jobs";
import { useWords } from "../../../words/words";

/** Runs a job and holds what came of it: how far it is, its result, or why there is none. */
export function useRun<Result>(begin: () => Promise<Job>) {
  const t = useWords("connect");
  const { follow, jobs } = useJobs();
  const [id, setId] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Result>();
  const [error, setError] = useState<Error>();
  async function run() {
    setBusy(true);
    setError(undefined);
    try {
      const job = await begin();
      setId(job.id);
      const over = await follow(job);
      if (over.state === "done") setResult(over.result as Result);
      else setError(over.error ? new Problem(over.error.status, over.error) : new Error(t("cancelled")));
    } catch (e) {
      setError(e as Error);
    } finally {
      setBusy(false);
    }
  }
  return { run, busy, result, error, job: busy ? jobs.find((j) => j.id === id) : undefined };
}
