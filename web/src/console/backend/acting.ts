import { useState } from "react";

import { changeOnce, type Schema } from "../../api/query";
import { useExplain } from "../../ui/state";
import { useJobs } from "../../ui/jobs";
import { refused, told } from "../../ui/told";
import { useWords } from "../../words/words";
import { useVerified, type Verified } from "./known";

export type Read = Schema<"ReadSources">;

/** Long work on backends: asks them, and reads by them. What fails is said in the tray of jobs. */
export function useActing() {
  const t = useWords("backend");
  const explain = useExplain();
  const { follow } = useJobs();
  const { keep } = useVerified();
  const [busy, setBusy] = useState<string>();

  async function during<T>(key: string, failed: string, work: () => Promise<T>): Promise<T | undefined> {
    setBusy(key);
    try {
      return await work();
    } catch (error) {
      refused(failed, explain(error));
      return undefined;
    } finally {
      setBusy(undefined);
    }
  }
  const said = (read: Read) => {
    const failing = read.readings.find((r) => r.problem);
    if (failing) refused(t("read.failed", { count: read.failed }), `${failing.source}: ${failing.problem}`);
    else told(t("read.done", { count: read.readings.length }));
    return read;
  };
  return {
    busy,
    /** Asks a backend what it is, and lets it try its credentials; what it says is kept. */
    verify: (name: string) => during(`verify ${name}`, t("verify.failed", { name }), async () => {
      const job = await follow(await changeOnce("post", "/api/v1/backends/{name}/verify", { params: { path: { name } } }));
      if (job.state === "failed") keep(name, { problem: job.error?.detail ?? t("verify.failed", { name }) });
      if (job.state === "done") keep(name, { verified: job.result as Verified });
    }),
    sync: (name: string) => during(`sync ${name}`, t("read.notDone"), async () => {
      const job = await follow(await changeOnce("post", "/api/v1/backends/{name}/sync", { params: { path: { name } }, body: {} }));
      return job.state === "done" ? said(job.result as Read) : undefined;
    }),
    collect: (source: string) => during(`collect ${source}`, t("read.notDone"), async () => {
      const job = await follow(await changeOnce("post", "/api/v1/sources/collect", { body: { sources: [source] } }));
      return job.state === "done" ? said(job.result as Read) : undefined;
    }),
  };
}
