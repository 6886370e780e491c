import { Box, Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { lazy, Suspense, useMemo } from "react";
import { isRouteErrorResponse, Link, Navigate, useRouteError } from "react-router";

import { useAll, useAsk } from "../api/query";
import { isOver, JobsProvider } from "../ui/jobs";
import { root, useCan, useMe } from "../ui/me";
import { PeriodPicker, PeriodProvider } from "../ui/period";
import { Empty, Failed } from "../ui/state";
import { Shell } from "../ui/shell";
import { useWords } from "../words/words";
import { usePlaces } from "./places";

const Palette = lazy(() => import("./palette/palette").then((m) => ({ default: m.Palette })));

/** The console around its pages. People of customers alone belong to the portal. */
export function Frame() {
  const me = useMe();
  const own = me.organizations.find((o) => o.id === root);
  if (!own) {
    location.replace("/portal/");
    return null;
  }
  return <Inside reseller={own.name ?? own.id} />;
}

function Inside({ reseller }: { reseller: string }) {
  const t = useWords("console");
  const can = useCan();
  const places = usePlaces();
  const months = useAll("/api/v1/months", undefined, { when: can("months.read") });
  const jobs = useAsk("/api/v1/jobs", { params: { query: { limit: 20 } } }, { when: can("jobs.read") });
  const [searching, search] = useDisclosure();
  const running = useMemo(() => jobs.data?.items.filter((j) => !isOver(j)), [jobs.data]);
  const periods = (months.data?.rows ?? []).map((m) => m.period).sort().reverse();
  const today = new Date().toISOString().slice(0, 7);
  if (months.isPending && can("months.read")) return null;
  return (
    <PeriodProvider periods={periods.length ? periods : [today]} first={periods[0] ?? today}>
      <JobsProvider running={running}>
        <Shell
          brand={<Box style={{ minWidth: 0 }}><Text fw={640} truncate>{reseller}</Text><Text size="xs" c="dimmed" lh={1.1}>{t("tier")}</Text></Box>}
          places={places} bar={<PeriodPicker />} onSearch={search.open}
        />
        {searching && <Suspense fallback={null}><Palette opened close={search.close} /></Suspense>}
      </JobsProvider>
    </PeriodProvider>
  );
}

/** The first page that somebody may see. */
export function Home() {
  const places = usePlaces();
  return <Navigate to={places[0]?.to ?? "/settings"} replace />;
}

export function NotFound() {
  const t = useWords("console");
  return <Empty title={t("notFound")} action={<Button component={Link} to="/" variant="default">{t("toStart")}</Button>}>{t("notFoundHelp")}</Empty>;
}

/** In the place of a page that broke; the rest of the console stays. */
export function Broken() {
  const error = useRouteError();
  return <Failed error={isRouteErrorResponse(error) ? new Error(error.statusText) : error} again={() => location.reload()} />;
}
