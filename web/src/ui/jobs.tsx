import { ActionIcon, Box, Button, Group, Progress, Stack, Text, Tooltip, Transition } from "@mantine/core";
import { IconChevronDown, IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";

import { changeOnce, type Schema } from "../api/query";
import { useWords } from "../words/words";
import { useFormats } from "./format";
import { State, type Tone, useExplain } from "./state";
import { refused } from "./told";
import { Problem } from "../api/problem";

export type Job = Schema<"Job">;

interface Jobs {
  jobs: Job[];
  /** Follows a job in the tray; the promise ends with it. A job that fails is shown and its promise gives it, too. */
  follow: (job: Job) => Promise<Job>;
}

const Context = createContext<Jobs>({ jobs: [], follow: (job) => Promise.resolve(job) });

/** Long work: `const done = await follow(await changeOnce("post", "/api/v1/months/{period}/close", …))`. One may leave the page meanwhile. */
export const useJobs = () => useContext(Context);

export const isOver = (job: Job) => job.state === "done" || job.state === "failed" || job.state === "cancelled";

const tones: Record<Job["state"], Tone> = { queued: "quiet", running: "info", done: "good", failed: "bad", cancelled: "warn" };

export function JobState({ state }: { state: Job["state"] }) {
  const t = useWords("ui");
  return <State tone={tones[state]}>{t(`job.state.${state}`)}</State>;
}

/** Follows jobs and shows them in a tray at the bottom right; those that were under way before the page was loaded are taken up again. */
export function JobsProvider({ children, running }: { children: ReactNode; running?: Job[] }) {
  const queries = useQueryClient();
  const [jobs, setJobs] = useState<Job[]>([]);
  const watched = useRef(new Map<string, Promise<Job>>());

  const follow = useCallback((job: Job): Promise<Job> => {
    const put = (now: Job) => setJobs((all) => [now, ...all.filter((j) => j.id !== now.id)].sort((a, b) => b.created.localeCompare(a.created)).slice(0, 20));
    const known = watched.current.get(job.id);
    if (known) return known;
    put(job);
    const end = isOver(job) ? Promise.resolve(job) : new Promise<Job>((resolve) => {
      const events = new EventSource(`/api/v1/jobs/${encodeURIComponent(job.id)}/events`);
      events.addEventListener("job", (event) => {
        const now = JSON.parse((event as MessageEvent<string>).data) as Job;
        put(now);
        if (!isOver(now)) return;
        events.close();
        void queries.invalidateQueries();
        resolve(now);
      });
    });
    watched.current.set(job.id, end);
    return end;
  }, [queries]);

  useEffect(() => { for (const job of running ?? []) void follow(job); }, [running, follow]);

  return (
    <Context value={useMemo(() => ({ jobs, follow }), [jobs, follow])}>
      {children}
      <Tray jobs={jobs} close={(id) => setJobs((all) => all.filter((j) => j.id !== id))} />
    </Context>
  );
}

/** Lets the page scroll on until nothing of it lies below the tray. */
function roomFor(tray: HTMLElement | null) {
  if (!tray) return;
  const page = document.documentElement.style;
  const seen = new ResizeObserver(() => page.setProperty("--tray", `${tray.offsetHeight + 16}px`));
  seen.observe(tray);
  return () => { seen.disconnect(); page.removeProperty("--tray"); };
}

function Tray({ jobs, close }: { jobs: Job[]; close: (id: string) => void }) {
  const t = useWords("ui");
  const [small, setSmall] = useState(false);
  const busy = jobs.filter((j) => !isOver(j)).length;
  return (
    <Transition mounted={jobs.length > 0} transition="slide-up" duration={120}>
      {(style) => (
        <aside ref={roomFor} aria-label={t("job.tray")} className="no-print" style={{ ...style, position: "fixed", right: 16, bottom: 16, zIndex: 150, width: "min(360px, calc(100vw - 32px))", background: "var(--overlay)", border: "1px solid var(--rule)", borderRadius: 10, boxShadow: "var(--shadow)" }}>
          <Group justify="space-between" px="sm" py={6} style={{ borderBottom: small ? 0 : "1px solid var(--rule)" }}>
            <Text size="sm" fw={600} aria-live="polite">{busy > 0 ? t("job.running", { count: busy }) : t("job.allDone")}</Text>
            <ActionIcon size="sm" aria-label={small ? t("job.show") : t("job.hide")} aria-expanded={!small} onClick={() => setSmall(!small)}>
              <IconChevronDown size={15} style={{ transform: small ? "rotate(180deg)" : undefined }} />
            </ActionIcon>
          </Group>
          {!small && <Stack gap={0} mah={320} style={{ overflow: "auto" }}>{jobs.slice(0, 6).map((j) => <JobLine key={j.id} job={j} close={() => close(j.id)} />)}</Stack>}
        </aside>
      )}
    </Transition>
  );
}

/** One job: what it is doing, how far it is, and a way to stop it. */
export function JobLine({ job, close }: { job: Job; close?: () => void }) {
  const t = useWords("ui");
  const f = useFormats();
  const explain = useExplain();
  const share = job.of ? Math.min(100, ((job.done ?? 0) / job.of) * 100) : undefined;
  const left = useTimeLeft(job);
  async function cancel() {
    try {
      await changeOnce("post", "/api/v1/jobs/{id}/cancel", { params: { path: { id: job.id } } });
    } catch (error) {
      refused(t("job.notCancelled"), explain(error));
    }
  }
  return (
    <Box px="sm" py="xs" style={{ borderBottom: "1px solid var(--rule)" }}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" fw={560} style={{ minWidth: 0 }} truncate>{job.title}</Text>
        <Group gap={4} wrap="nowrap">
          <JobState state={job.state} />
          {isOver(job) && close && <Tooltip label={t("close")}><ActionIcon size="sm" aria-label={t("close")} onClick={close}><IconX size={14} /></ActionIcon></Tooltip>}
        </Group>
      </Group>
      {!isOver(job) && (
        <>
          <Progress mt={6} size="sm" value={share ?? 100} animated={share === undefined} aria-label={job.title} />
          <Group justify="space-between" gap="xs" mt={4}>
            <Text size="xs" c="dimmed" className="num">
              {[job.work, job.of ? `${f.number(job.done ?? 0)} / ${f.number(job.of)}` : job.done ? f.number(job.done) : "", left === undefined ? "" : t("job.left", { seconds: left })].filter(Boolean).join(" · ")}
            </Text>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => void cancel()}>{t("cancel")}</Button>
          </Group>
        </>
      )}
      {job.error && <Text size="xs" c="var(--bad)" mt={4} lineClamp={4}>{explain(new Problem(job.error.status, job.error))}</Text>}
    </Box>
  );
}

/** Seconds that the present part of a job will still take, by how fast it went so far. */
function useTimeLeft(job: Job): number | undefined {
  const begun = useRef<{ work?: string; at: number; done: number }>({ at: 0, done: 0 });
  const [left, setLeft] = useState<number>();
  useEffect(() => {
    const now = Date.now();
    if (begun.current.work !== job.work) begun.current = { work: job.work, at: now, done: job.done ?? 0 };
    const [passed, did] = [now - begun.current.at, (job.done ?? 0) - begun.current.done];
    setLeft(job.of && did > 0 && passed > 1500 ? Math.ceil((((job.of - (job.done ?? 0)) / did) * passed) / 1000) : undefined);
  }, [job.work, job.done, job.of]);
  return left;
}
