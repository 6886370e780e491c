import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Problem } from "../../api/problem";
import { changeOnce, refresh, type Schema } from "../../api/query";
import { told } from "../../ui/told";
import { useWords } from "../../words/words";
import { answered, type Line, sendable, sheetOf } from "./sheet";

type Mapped = Schema<"MappedAccounts">;

interface Query {
  name?: string;
  group?: string;
  from?: string;
  dry_run?: boolean;
  basis?: number;
  force?: boolean;
  reason?: string;
}

async function send(body: Blob, query: Query): Promise<Mapped> {
  return changeOnce("post", "/api/v1/accounts/map", {
    params: { query }, body: await body.arrayBuffer() as never, bodySerializer: (b: unknown) => b as ArrayBuffer, headers: { "Content-Type": "application/octet-stream" },
  } as never);
}

/** A sheet of accounts on its way: read, checked, mended, done. */
export function useMapping(close: () => void) {
  const t = useWords("account");
  const queries = useQueryClient();
  const [lines, setLines] = useState<Line[]>();
  const [answer, setAnswer] = useState<Mapped>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);

  async function attempt(work: () => Promise<void>) {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(error instanceof Problem ? error : Problem.network(error));
    } finally {
      setBusy(false);
    }
  }

  const read = (body: Blob, name: string, usual: Pick<Query, "group" | "from">) => attempt(async () => {
    const mapped = await send(body, { name, ...usual, dry_run: true });
    setAnswer(mapped);
    setLines(mapped.rows.map((r) => ({ ...r, line: r.row })));
  });

  /** Asks about the rows again, as they are now. */
  const check = (now: Line[]) => attempt(async () => {
    setLines(now);
    const sent = sendable(now);
    if (sent.length === 0) return;
    const mapped = await send(new Blob([sheetOf(sent)]), { dry_run: true });
    setAnswer(mapped);
    setLines(answered(now, sent, mapped.rows));
  });

  const apply = (reason?: string) => attempt(async () => {
    const mapped = await send(new Blob([sheetOf(lines ?? [])]), { basis: answer?.basis, ...(reason ? { force: true, reason } : {}) });
    if (!mapped.done) {
      setAnswer(mapped);
      setLines(answered(lines ?? [], lines ?? [], mapped.rows));
      return;
    }
    await refresh(queries);
    told(t("mapping.done", { count: mapped.counts.new + mapped.counts.moved }));
    close();
  });

  const restart = () => { setLines(undefined); setAnswer(undefined); setProblem(undefined); };
  return { lines, answer, problem, busy, read, check, apply, restart };
}

export type MappingState = ReturnType<typeof useMapping>;
