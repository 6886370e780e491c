import { Box, Button, Select, Text } from "@mantine/core";
import { IconChartHistogram, IconFileInvoice, IconGauge, IconUsersGroup } from "@tabler/icons-react";
import { createContext, useContext, useState } from "react";
import { isRouteErrorResponse, Link, Navigate, useRouteError } from "react-router";

import { useAll } from "../api/query";
import { type Me, useMe } from "../ui/me";
import { PeriodPicker, PeriodProvider } from "../ui/period";
import { type Place, Shell } from "../ui/shell";
import { Empty, Failed } from "../ui/state";
import { useWords } from "../words/words";

type Organization = Me["organizations"][number];

const Context = createContext<Organization | undefined>(undefined);

/** The organization that the pages are about: the person's, or the one of several that they chose. */
export function useOrganization(): Organization {
  const organization = useContext(Context);
  if (!organization) throw new Error("useOrganization is for what stands inside Frame");
  return organization;
}

/** Whether the person may use a part of the portal: they have the permission, and the reseller has switched it on. */
export function useHas(): (feature: string, permission?: string) => boolean {
  const o = useOrganization();
  return (feature, permission) => o.features[feature] === true && (!permission || o.permissions.includes(permission as never));
}

/** The portal around its pages. */
export function Frame() {
  const t = useWords("portal");
  const me = useMe();
  const [id, setId] = useState(() => sessionStorage.getItem("organization") ?? "");
  const chosen = me.organizations.find((o) => o.id === id) ?? me.organizations[0];
  if (!chosen) return <Empty title={t("nothing")}>{t("nothingHelp")}</Empty>;
  return (
    <Context value={chosen}>
      <Inside
        others={me.organizations} choose={(next) => {
          sessionStorage.setItem("organization", next);
          setId(next);
        }}
      />
    </Context>
  );
}

function Inside({ others, choose }: { others: Organization[]; choose: (id: string) => void }) {
  const t = useWords("portal");
  const chosen = useOrganization();
  const places = usePlaces();
  const has = useHas();
  const months = useAll("/api/v1/portal/months", undefined, { when: has("usage", "usage.read") });
  const periods = (months.data?.rows ?? []).map((m) => m.period).sort().reverse();
  const today = new Date().toISOString().slice(0, 7);
  if (months.isPending && has("usage", "usage.read")) return null;
  return (
    <PeriodProvider periods={periods.length ? periods : [today]} first={periods[0] ?? today}>
      <Shell
        brand={<Box style={{ minWidth: 0 }}><Text fw={640} truncate>{chosen.name ?? chosen.id}</Text></Box>}
        places={places}
        bar={<>
          {others.length > 1 && <Select aria-label={t("organization")} size="xs" w={170} allowDeselect={false} value={chosen.id} onChange={(v) => v && choose(v)} data={others.map((o) => ({ value: o.id, label: o.name ?? o.id }))} />}
          <PeriodPicker />
        </>}
      />
    </PeriodProvider>
  );
}

/** The rail: what the person may see, of what the reseller has switched on. */
function usePlaces(): Place[] {
  const t = useWords("portal");
  const has = useHas();
  return [
    has("usage", "usage.read") && { to: "/overview", title: t("place.overview"), icon: IconGauge },
    has("usage", "usage.read") && { to: "/costs", title: t("place.costs"), icon: IconChartHistogram },
    has("invoices", "invoices.read") && { to: "/invoices", title: t("place.invoices"), icon: IconFileInvoice },
    has("users", "users.read") && { to: "/people", title: t("place.people"), icon: IconUsersGroup },
  ].filter((p) => p !== false);
}

/** The first page that somebody may see. */
export function Home() {
  const t = useWords("portal");
  const places = usePlaces();
  if (!places[0]) return <Empty title={t("nothing")}>{t("nothingHelp")}</Empty>;
  return <Navigate to={places[0].to} replace />;
}

export function NotFound() {
  const t = useWords("portal");
  return <Empty title={t("notFound")} action={<Button component={Link} to="/" variant="default">{t("toStart")}</Button>}>{t("notFoundHelp")}</Empty>;
}

/** In the place of a page that broke; the rest of the portal stays. */
export function Broken() {
  const error = useRouteError();
  return <Failed error={isRouteErrorResponse(error) ? new Error(error.statusText) : error} again={() => location.reload()} />;
}
